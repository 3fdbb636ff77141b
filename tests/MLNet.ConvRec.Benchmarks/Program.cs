using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Benchmarks;
using MLNet.ConvRec.Policy;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var json = Array.IndexOf(args, "--json") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
if (args is [LogProbabilityMemory.Side, var side, var precision])
{
    LogProbabilityMemory.RunSide(side, Enum.Parse<Precision>(precision), Console.Out);
    return 0;
}

Func<Task<BenchmarkResult>>? benchmark = args is [var name, ..]
    ? name switch
    {
        "rra" => () => RraBenchmark.RunAsync(RraSize.Paper, Console.Out),
        "logprob-memory" => () => Task.FromResult(LogProbabilityMemory.Run(args is [_, "--precision", var which, ..] ? Enum.Parse<Precision>(which) : Precision.Full, Console.Out)),
        "sft-step" => () => Task.FromResult(SftStepBenchmark.Run()),
        _ => null,
    }
    : null;
if (benchmark is null)
{
    Console.Error.WriteLine("Name a benchmark: rra, logprob-memory, sft-step. Example: dotnet run --project tests/MLNet.ConvRec.Benchmarks -c Release -- rra --json rra.json");
    return 1;
}

var result = await benchmark();
Console.WriteLine(result);
if (json is not null)
    File.WriteAllText(json, JsonSerializer.Serialize(result, BenchmarkResult.Json) + "\n");
return 0;
