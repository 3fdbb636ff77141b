using System.Runtime.InteropServices;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;
using QuickStart.World;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>What a thousand steps of imitation (tiny policy, 16 x 192 tokens) and a thousand of reinforcement (QuickStart's world, short lists) leave in memory: live tensors, and resident memory, after 1,000 steps beside after 100.</summary>
/// <remarks>Linux with glibc: pages that its allocator holds free, tens of megabytes that come and go, are given back before the memory is read; the first reading, before that, is told too.</remarks>
internal static partial class MemoryBenchmark
{
    private const int Steps = 1000, Early = 100, Readings = 11;
    private const double Allowed = 1.02;

    public static BenchmarkResult Run(TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var catalog = EmbeddedFilms.Shop();
        var world = SeekerWorld.Create(catalog, 1, new SeekerWorldOptions { TrainCount = 400, ValidCount = 8, TestCount = 1 });
        var policy = (Backbone.TinyWorld with { Prompt = new PromptOptions { System = "", ListLength = 4 } }).Create(catalog, world.Train, 1);
        var (imitation, reinforcement) = (Imitate(), Reinforce(policy, catalog, world));
        foreach (var (stage, readings) in new[] { ("sft", imitation), ("rank-grpo", reinforcement) })
        {
            output.WriteLine($"  {stage}: {readings.EarlyTensors:N0} and {readings.LateTensors:N0} live tensors, {readings.EarlyResident / 1e6:N1} and {readings.LateResident / 1e6:N1} MB, {readings.LateHeld / readings.EarlyHeld:N3} times with free pages");
            if (readings.EarlyTensors != readings.LateTensors || readings.LateResident > Allowed * readings.EarlyResident)
                throw new InvalidOperationException($"The memory of {stage} is not flat.");
        }

        return new BenchmarkResult
        {
            Name = "memory",
            Ours = reinforcement.LateResident / 1e6,
            Peer = reinforcement.EarlyResident / 1e6,
            Unit = $"MB resident in reinforcement (ours: after {Steps} steps, peer: after {Early})",
            More =
            {
                ["sftResidentRatio"] = imitation.LateResident / imitation.EarlyResident,
                ["sftResidentRatioWithFreePages"] = imitation.LateHeld / imitation.EarlyHeld,
                ["sftLiveTensorsMore"] = imitation.LateTensors - imitation.EarlyTensors,
                ["rankGrpoResidentRatio"] = reinforcement.LateResident / reinforcement.EarlyResident,
                ["rankGrpoResidentRatioWithFreePages"] = reinforcement.LateHeld / reinforcement.EarlyHeld,
                ["rankGrpoLiveTensorsMore"] = reinforcement.LateTensors - reinforcement.EarlyTensors,
                ["sftResidentMB"] = imitation.LateResident / 1e6,
            },
        };
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nint pad);

    // The step whose speed the other benchmarks tell: batches of 16 x 192 tokens.
    private static Flatness Imitate()
    {
        const int vocabularySize = 12_288, sequences = 16, length = 192, promptLength = 64;
        using var network = new Transformer(PolicyInitialization.Random(TinyPolicy.Real(vocabularySize, endOfTurn: 1), 1), CPU);
        SftExample[] examples = [.. TinyStep.Tokens(4 * sequences, length, vocabularySize).Select(row => new SftExample(row[..promptLength], row[promptLength..]))];
        var readings = new Flatness();
        SftLoop.Run(network, examples, new SftOptions { Epochs = Steps, MaxSteps = Steps, BatchSize = sequences }, 1, TimeProvider.System, progress => readings.Read(progress.Step));
        return readings;
    }

    private static Flatness Reinforce(PolicyModel policy, ItemCatalog catalog, SeekerWorld world)
    {
        using var network = new Transformer(policy.Weights, CPU);
        var lists = new ListFactory(catalog, policy.Prompt);
        RolloutPrompt[] prompts = [.. world.Train.Where(dialogue => dialogue.GroundTruth.Count > 0).Select(lists.Prepare)];
        var validation = new GreedyValidation(lists, [.. world.Valid.Where(dialogue => dialogue.GroundTruth.Count > 0).Select(lists.Prepare)]);
        var readings = new Flatness();
        var options = new RankGrpoOptions { Steps = Steps, BatchSize = 1, GroupSize = 4, KlCoefficient = 1e-3, LearningRate = 1e-4, ValidationInterval = 50 };
        RankGrpoLoop.Run(PolicyObjective.RankGrpo, network, lists, prompts, validation, options, 1, TimeProvider.System, progress => readings.Read(progress.Step));
        return readings;
    }

    /// <summary>Medians of readings after a tenth of the steps and after all.</summary>
    private sealed class Flatness
    {
        private readonly List<(long Tensors, double Resident, double Held)> _early = [], _late = [];

        public long EarlyTensors => Median(_early, reading => reading.Tensors);

        public long LateTensors => Median(_late, reading => reading.Tensors);

        public double EarlyResident => Median(_early, reading => reading.Resident);

        public double LateResident => Median(_late, reading => reading.Resident);

        // Of the first readings, before anything was given back.
        public double EarlyHeld => _early[0].Held;

        public double LateHeld => _late[0].Held;

        public void Read(int step)
        {
            var readings = step is >= Early and < Early + Readings ? _early : step > Steps - Readings ? _late : null;
            if (readings is null)
                return;
            var held = LoadMeasurement.Status("VmRSS");
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // what the managed heap keeps in reserve is not what is asked about
            _ = Trim(0);
            readings.Add((Tensor.TotalCount, LoadMeasurement.Status("VmRSS"), held));
        }

        private static T Median<T>(List<(long Tensors, double Resident, double Held)> readings, Func<(long Tensors, double Resident, double Held), T> of) =>
            readings.Select(of).Order().ElementAt(readings.Count / 2);
    }
}
