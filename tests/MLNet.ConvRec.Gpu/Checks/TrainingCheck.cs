using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Gpu.Checks;

/// <summary>Imitation and reinforcement, 30 steps each, on the CPU and on the device from the same start; and a training that is stopped and goes on.</summary>
internal static class TrainingCheck
{
    private const int Steps = 30, Stopped = 15, Batch = 8, Group = 8;
    private const double LossTolerance = 1e-3, RatioTolerance = 1e-5;

    public static void Run(CheckSetting setting, CheckReport report)
    {
        var device = setting.Device;
        var world = new KitWorld();
        Compare("sft", Imitate(world, CPU, null, out _), Imitate(world, device, null, out var weights), report);
        Resume(world, device, weights, report);
        Ratios(world, device, report);
        Compare("rank-grpo", Reinforce(world, new MLContext(1)), Reinforce(world, setting.Context()), report);
    }

    private static List<TrainingProgress> Imitate(KitWorld world, Device device, CheckpointOptions? checkpoints, out float[] weights, int stop = int.MaxValue)
    {
        var steps = new List<TrainingProgress>();
        using var network = new Transformer(world.Policy.Weights, device);
        using var cancellation = new CancellationTokenSource();
        var options = new SftOptions { MaxSteps = Steps, BatchSize = 16, Dropout = 0, CancellationToken = cancellation.Token };
        var saved = checkpoints is null ? null : new RunCheckpoints(checkpoints, RunIdentity.Of(SftLoop.Stage, 1, world.Catalog, world.Policy, options with { CancellationToken = default }), new DiskFiles(), _ => { });
        try
        {
            SftLoop.Run(network, world.Examples, options, seed: 1, TimeProvider.System, progress =>
            {
                steps.Add(progress);
                if (progress.Step == stop)
                    cancellation.Cancel();
            }, saved);
        }
        catch (OperationCanceledException) when (stop < Steps)
        {
            // as it was told to
        }

        weights = [.. WeightTransfer.Save(network).Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).SelectMany(tensor => tensor.Value.ToArray())];
        return steps;
    }

    private static List<TrainingProgress> Reinforce(KitWorld world, MLContext ml)
    {
        var steps = new List<TrainingProgress>();
        var options = new RankGrpoOptions { Steps = Steps, BatchSize = Batch, GroupSize = Group, Progress = new Told(steps.Add) };
        ml.Transforms.ConvRec.RankGrpo(world.Catalog, world.Policy, options).Fit(ml.Data.LoadDialogues(world.Train));
        return steps;
    }

    // The losses of reinforcement are near 0 where the ratios are 1, so that gradients say more.
    private static void Compare(string stage, List<TrainingProgress> here, List<TrainingProgress> there, CheckReport report)
    {
        var difference = here.Zip(there, (a, b) => Math.Abs(a.Loss - b.Loss)).Max();
        var gradients = here.Zip(there, (a, b) => Math.Abs(a.GradientNorm - b.GradientNorm) / a.GradientNorm).ToArray();
        report.Number($"{stage}, last loss on the CPU", here[^1].Loss);
        report.Number($"{stage}, last loss on the device", there[^1].Loss);
        report.Number($"{stage}, largest difference of {Steps} losses", difference);
        report.Number($"{stage}, first gradient's norm on the CPU", here[0].GradientNorm);
        report.Number($"{stage}, first gradient's norm, relative difference", gradients[0]);
        report.Number($"{stage}, largest relative difference of {Steps} gradients' norms", gradients.Max());
        report.Require($"{stage}, {Steps} losses within {LossTolerance:G}", here.Count == Steps && there.Count == Steps && difference <= LossTolerance);
        report.Require($"{stage}, the first gradient's norm within {LossTolerance:G}", here[0].GradientNorm > 0 && gradients[0] <= LossTolerance);
    }

    private static void Resume(KitWorld world, Device device, float[] undisturbed, CheckReport report)
    {
        var folder = Directory.CreateTempSubdirectory("convrec-kit-");
        try
        {
            var options = new CheckpointOptions { Folder = folder.FullName, Interval = 100 };
            Imitate(world, device, options, out _, Stopped);
            var steps = Imitate(world, device, options, out var weights);
            var difference = undisturbed.Zip(weights, (a, b) => Math.Abs(a - b)).Max();
            report.Number("resumed, largest difference of a weight", difference);
            report.Require($"resumed after step {Stopped}, the weights of one never stopped within 1e-4", steps.Count == Steps - Stopped && difference < 1e-4);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What the sampler recorded beside what the update computes with the same weights.
    private static void Ratios(KitWorld world, Device device, CheckReport report)
    {
        using var scope = NewDisposeScope();
        using var network = new Transformer(world.Policy.Weights, device);
        var lists = new ListFactory(world.Catalog, world.Policy.Prompt);
        var sampler = new RolloutSampler(lists, new TitleMatcher(world.Catalog), new RankGrpoOptions { GroupSize = Group }, seed: 1);
        RolloutPrompt[] prompts = [.. world.Train.Where(dialogue => dialogue.GroundTruth.Count > 0).Take(Batch).Select(lists.Prepare)];
        var rollouts = sampler.Sample(network, prompts, step: 0);
        using var noGradient = no_grad();
        var current = ListLogProbabilities.Of(network, [.. prompts.Select(prompt => prompt.Prompt)], rollouts.Lists, lists.Trie, temperature: 1).cpu();
        var (width, values, worst) = ((int)current.shape[1], current.data<float>().ToArray(), 0.0);
        for (var list = 0; list < rollouts.Lists.Length; list++)
        {
            var (own, recorded) = (rollouts.Lists[list].Ranks, rollouts.Lists[list].LogProbabilities);
            foreach (var rank in own.Distinct().Where(rank => rank > 0))
            {
                int[] places = [.. Enumerable.Range(0, own.Length).Where(t => own[t] == rank)];
                worst = Math.Max(worst, Math.Abs(Math.Exp(places.Average(t => (double)values[(list * width) + t] - recorded[t])) - 1));
            }
        }

        report.Number("rank ratios at unchanged weights, largest difference from 1", worst);
        report.Require($"rank ratios at unchanged weights are 1 within {RatioTolerance:G}", worst <= RatioTolerance);
    }

    // At once and in order, unlike Progress<T>.
    private sealed class Told(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
