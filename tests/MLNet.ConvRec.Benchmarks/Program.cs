using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var json = Array.IndexOf(args, "--json") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
if (args is not ["rra", ..])
{
    Console.Error.WriteLine("Name a benchmark: rra. Example: dotnet run --project tests/MLNet.ConvRec.Benchmarks -c Release -- rra --json rra.json");
    return 1;
}

var result = await RraBenchmark.RunAsync(RraSize.Paper, Console.Out);
Console.WriteLine(result);
if (json is not null)
    File.WriteAllText(json, JsonSerializer.Serialize(result, BenchmarkResult.Json) + "\n");
return 0;
