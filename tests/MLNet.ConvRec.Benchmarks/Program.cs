using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var data = Option("--data") ?? Path.Combine("..", "shared", "data");
var benchmarks = new Dictionary<string, Func<Task<BenchmarkResult>>>
{
    ["rra"] = () => RraBenchmark.RunAsync(RraSize.Paper, Console.Out),
    ["mask"] = () => Task.FromResult(MaskBenchmark.Run(data, Console.Out)),
    ["rollouts"] = () => Task.FromResult(RolloutsBenchmark.Run(data, Console.Out)),
};
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys)}. Options: --json FILE, --data FOLDER (what holds catalogs/ and dialogues/). "
        + "Example: dotnet run --project tests/MLNet.ConvRec.Benchmarks -c Release -- rra --json rra.json");
    return 1;
}

var result = await benchmark();
Console.WriteLine(result);
if (Option("--json") is { } json)
    File.WriteAllText(json, JsonSerializer.Serialize(result, BenchmarkResult.Json) + "\n");
return 0;

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
