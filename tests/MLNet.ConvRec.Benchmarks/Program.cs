using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Benchmarks;
using MLNet.ConvRec.Benchmarks.Recommender;
using MLNet.ConvRec.Policy;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// One side of a comparison, in a process of its own so that its memory is.
if (args is [LoadMeasurement.Command, var loadSide, var folder])
    return LoadMeasurement.Run(loadSide, folder, Console.Out);
if (args is [LogProbabilityMemory.Side, var memorySide, var precision])
{
    LogProbabilityMemory.RunSide(memorySide, Enum.Parse<Precision>(precision), Console.Out);
    return 0;
}

if (args is [PrefixStepBenchmark.Side, var prefixSide, var dataFolder])
{
    PrefixStepBenchmark.RunSide(prefixSide, dataFolder, Console.Out);
    return 0;
}

var data = Option("--data") ?? Path.Combine("..", "shared", "data");
if (args is [EqualLists.Command, var equalPolicy, ..])
{
    EqualLists.Run(data, equalPolicy, Console.Out);
    return 0;
}

if (args is [PrecisionLists.Command, var exported, ..])
{
    Write(PrecisionLists.Run(data, exported, Console.Out));
    return 0;
}

if (args is [NewCatalogLists.Command, var trained, ..])
{
    Write(NewCatalogLists.Run(data, trained, Console.Out));
    return 0;
}

if (args is [ScoreProfile.Command, var policy, var decoding, var batch, ..])
{
    ScoreProfile.Run(data, policy, Enum.Parse<ListDecoding>(decoding), int.Parse(batch, CultureInfo.InvariantCulture), Console.Out);
    return 0;
}

var numbers = Option("--precision") ?? nameof(Precision.Full);
if (!Enum.GetNames<Precision>().Contains(numbers))
{
    Console.Error.WriteLine($"--precision {numbers} is unknown; give {string.Join(", ", Enum.GetNames<Precision>())}.");
    return 1;
}

var benchmarks = new Dictionary<string, Func<Task<BenchmarkResult>>>
{
    ["rra"] = () => RraBenchmark.RunAsync(RraSize.Paper, Console.Out),
    ["load"] = () => Task.FromResult(LoadBenchmark.Run(Console.Out)),
    ["logprob-memory"] = () => Task.FromResult(LogProbabilityMemory.Run(Enum.Parse<Precision>(numbers), Console.Out)),
    ["prefix-step"] = () => Task.FromResult(PrefixStepBenchmark.Run(data, Console.Out)),
    ["sft-step"] = () => Task.FromResult(SftStepBenchmark.Run()),
    ["sft-step-torch"] = () => Task.FromResult(TorchStepBenchmark.Run(Console.Out)),
    ["precision-loss"] = () => Task.FromResult(PrecisionLossBenchmark.Run(Console.Out)),
    ["memory"] = () => Task.FromResult(MemoryBenchmark.Run(Console.Out)),
    ["lora"] = () => Task.FromResult(LoraBenchmark.Run(Console.Out)),
    ["rollouts"] = () => Task.FromResult(RolloutsBenchmark.Run(data, Console.Out)),
    ["mask"] = () => Task.FromResult(MaskBenchmark.Run(data, Console.Out)),
    ["score"] = () => Task.FromResult(ScoreBenchmark.Run(data, Option("--policy"), int.Parse(Option("--count") ?? "10000", CultureInfo.InvariantCulture), Console.Out)),
    ["recommender"] = () => Task.FromResult(RecommenderBenchmark.Run(data, int.Parse(Option("--count") ?? "200", CultureInfo.InvariantCulture), Console.Out)),
    ["prefix-cache"] = () => Task.FromResult(PrefixCacheBenchmark.Run(data, Console.Out)),
    ["list"] = () => Task.FromResult(ListBenchmark.Run(data, Console.Out)),
};
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys)}. Options: --json FILE, --data FOLDER (what holds catalogs/ and dialogues/), "
        + "--precision Full|Mixed|BFloat16 (logprob-memory), --policy FOLDER (score), --count N (score, recommender). "
        + "Example: dotnet run --project tests/MLNet.ConvRec.Benchmarks -c Release -- rra --json rra.json");
    return 1;
}

BenchmarkResult result;
try
{
    result = await benchmark();
}
catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
{
    Console.Error.WriteLine($"{fault.Message} --data names the folder that holds catalogs/ and dialogues/.");
    return 1;
}
catch (PlatformNotSupportedException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}

Console.WriteLine(result);
Write(result);
return 0;

void Write<T>(T measured)
{
    if (Option("--json") is { } json)
        File.WriteAllText(json, JsonSerializer.Serialize(measured, BenchmarkResult.Json) + "\n");
}

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
