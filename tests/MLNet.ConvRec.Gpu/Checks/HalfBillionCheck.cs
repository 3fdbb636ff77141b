using System.Diagnostics;
using MLNet.ConvRec.Benchmarks;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Gpu.Checks;

/// <summary>
/// Steps of imitation and of Rank-GRPO at the shape of Qwen2.5-0.5B, matrix products in bfloat16 and master weights in float32, beside the same in the machine's
/// own Python (Peers/half_billion.py). On the CPU a small shape stands in.
/// </summary>
internal static class HalfBillionCheck
{
    private const int Steps = 5, Group = 8;

    public static void Run(CheckSetting setting, CheckReport report)
    {
        var device = setting.Device;
        var world = new KitWorld();
        var shape = setting.IsCuda
            ? HalfBillion.Shape
            : HalfBillion.Shape with { HiddenSize = 64, LayerCount = 2, HeadCount = 4, IntermediateSize = 128, VocabularySize = world.Policy.Config.VocabularySize };
        var work = setting.IsCuda ? new Work(16, 200, 200, 16) : new Work(2, 20, 20, 2);
        using var network = new Transformer(RandomTensor.Weights(shape), device, Precision.Mixed);
        report.Number("weights, millions", PolicyShapes.Of(shape).Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)) / 1e6);
        Imitate(setting, network, work, report);
        var listTokens = Reinforce(setting, network, world, work, report);
        Memory(setting, report);
        Peer(shape, work, listTokens, report);
        if (report.Numbers.TryGetValue("Python, sft tokens a second", out var sft))
            report.Number("sft, tokens a second over Python's", report.Numbers["sft, tokens a second"] / sft);
        if (report.Numbers.TryGetValue("Python, generate, lists a second", out var lists))
            report.Number("rollouts, lists a second over Python's generate", report.Numbers["rollouts, lists a second"] / lists);
    }

    private static void Imitate(CheckSetting setting, Transformer network, Work work, CheckReport report)
    {
        using var optimization = new Optimization(network.Trained, 0.9, 0.98, 0.05, 1);
        SftExample[] batch = [.. Enumerable.Range(0, work.Sequences).Select(row => new SftExample(Tokens(row, work.PromptTokens, network), Tokens(row + 1000, work.ListTokens, network)))];
        var seconds = Median(setting, () =>
        {
            optimization.ZeroGradient();
            SftLoop.Accumulate(network, batch, dropout: null, microBatchTokens: int.MaxValue);
            optimization.Step(1e-5);
        });
        var tokens = (double)work.Sequences * (work.PromptTokens + work.ListTokens);
        report.Number("sft, tokens a second", tokens / seconds);

        // Forward and backward, 6 a weight and token; the head's for the list alone.
        var config = network.Config;
        var head = (double)config.VocabularySize * config.HiddenSize;
        var all = PolicyShapes.Of(config).Sum(tensor => (double)tensor.Shape.Aggregate(1L, (product, size) => product * size));
        var flop = 6 * (((all - head) * tokens) + (head * work.Sequences * work.ListTokens));
        report.Number("sft, TFLOP/s", flop / seconds / 1e12);
        report.Number("sft, share of a large bfloat16 product's rate", flop / seconds / 1e12 / LoadCheck.Rate(setting, ScalarType.BFloat16, setting.IsCuda ? 8192 : 1024));
    }

    private static double Reinforce(CheckSetting setting, Transformer network, KitWorld world, Work work, CheckReport report)
    {
        var lists = new ListFactory(world.Catalog, world.Policy.Prompt); // titles in a vocabulary of their own: the network doesn't mind
        var options = new RankGrpoOptions { GroupSize = Group };
        var sampler = new RolloutSampler(lists, new TitleMatcher(world.Catalog), options, seed: 1);
        RolloutPrompt[] prompts = [.. world.Train.Where(dialogue => dialogue.GroundTruth.Count > 0).Take(work.Prompts).Select(lists.Prepare)];
        using var optimization = new Optimization(network.Trained, 0.9, 0.99, 0, 1);
        var update = new PolicyUpdate(PolicyObjective.RankGrpo, lists, reference: null, options);
        var (step, rollouts) = (0, (RolloutBatch?)null);
        var sampling = Median(setting, () => rollouts = sampler.Sample(network, prompts, step++));
        var updating = Median(setting, () =>
        {
            optimization.ZeroGradient();
            update.Accumulate(network, rollouts!);
            optimization.Step(1e-6);
        });
        var tokens = rollouts!.Lists.Average(list => list.Tokens.Length);
        report.Number("rollouts, lists a second", rollouts.Lists.Length / sampling);
        report.Number("rollouts, tokens a list", tokens);
        report.Number("rank-grpo, seconds a step", sampling + updating);
        report.Number("rank-grpo, seconds of the update", updating);
        return tokens;
    }

    private static void Memory(CheckSetting setting, CheckReport report)
    {
        if (!setting.IsCuda)
            return;
        using var process = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=memory.used,name", "--format=csv,noheader"]) { RedirectStandardOutput = true })!;
        report.Note("the card, and its memory in use (libtorch keeps what it once had)", process.StandardOutput.ReadToEnd().Trim());
        process.WaitForExit();
    }

    private static void Peer(PolicyConfig shape, Work work, double listTokens, CheckReport report)
    {
        string[] numbers =
        [
            .. new[] { shape.HiddenSize, shape.LayerCount, shape.HeadCount, shape.KeyValueHeadCount, shape.IntermediateSize, shape.VocabularySize }.Select(Text),
            .. new[] { work.Sequences, work.PromptTokens, work.ListTokens, work.Prompts * Group, (int)Math.Round(listTokens), Steps }.Select(Text),
        ];
        using var process = Process.Start(new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "Peers", "half_billion.py"), .. numbers]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var name, var value] && double.TryParse(value, out var number))
                report.Number($"Python, {name}", number);
            else
                report.Note("Python", line);
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
            report.Note("Python ended", errors.Result.TrimEnd().Split('\n')[^1]);
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static double Median(CheckSetting setting, Action step)
    {
        var seconds = new List<double>();
        for (var i = 0; i <= Steps; i++)
        {
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            step();
            setting.Synchronize();
            if (i > 0) // the first warms up
                seconds.Add(watch.Elapsed.TotalSeconds);
        }

        seconds.Sort();
        return seconds[Steps / 2];
    }

    private static int[] Tokens(int row, int count, Transformer network) =>
        [.. Enumerable.Range(0, count).Select(t => (int)(((row * 7919L) + (t * 104_729L) + 17) % network.Config.VocabularySize))];

    private sealed record Work(int Sequences, int PromptTokens, int ListTokens, int Prompts);
}
