using System.Diagnostics;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using QuickStart.World;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Adapters beside all weights: bytes of gradients and moments at the shape of Qwen2.5-0.5B, a step's time at Tiny's, and rollouts with adapters applied beside merged.</summary>
internal static class LoraBenchmark
{
    private const int Runs = 11;
    private static readonly LoraOptions Lora = new();

    public static BenchmarkResult Run(TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var (full, adapters, trained) = HalfBillionBytes();
        output.WriteLine($"  0.5B shape: gradients and moments of all weights {full / 1e6:N0} MB, of {trained:N0} adapter weights {adapters / 1e6:N0} MB");
        var steps = Steps();
        var (applied, merged, difference) = Rollouts();
        return new BenchmarkResult
        {
            Name = "lora",
            Ours = adapters / 1e6,
            Peer = full / 1e6,
            Unit = "MB of gradients and moments, 0.5B shape",
            More =
            {
                ["trainedWeights"] = trained,
                ["tinyStepMs"] = steps.Lora.Wall,
                ["tinyStepMsAllWeights"] = steps.Full.Wall,
                ["tinyStepProcessorMs"] = steps.Lora.Processor,
                ["tinyStepProcessorMsAllWeights"] = steps.Full.Processor,
                ["tinyStepProcessorRatio"] = steps.Lora.Processor / steps.Full.Processor,
                ["rolloutProcessorMsApplied"] = applied,
                ["rolloutProcessorMsMerged"] = merged,
                ["rolloutRatioAppliedToMerged"] = applied / merged,
                ["largestDifferenceOfLogProbabilities"] = difference,
            },
        };
    }

    private static (double Full, double Adapters, double Trained) HalfBillionBytes()
    {
        using var network = new Transformer(RandomTensor.Weights(HalfBillion.Shape), CPU);
        var full = Bytes(network);
        foreach (var weight in network.parameters())
            (weight.grad!, weight.grad) = (null!, null);
        Lora.Adapt(network, 1);
        return (full, Bytes(network), network.Trained.Sum(entry => (double)entry.Parameter.NumberOfElements));

        // As the optimizer holds them.
        static double Bytes(Transformer network)
        {
            using var optimization = new Optimization(network.Trained, 0.9, 0.98, 0, 1);
            return optimization.Moments.Select(entry => entry.Moment).Concat(network.Trained.Concat(network.named_parameters()).DistinctBy(entry => entry.Item1)
                .Select(entry => entry.Item2.grad).OfType<Tensor>()).Sum(tensor => (double)tensor.NumberOfElements * tensor.ElementSize);
        }
    }

    private static (MeasuredStep Lora, MeasuredStep Full) Steps()
    {
        var weights = RandomTensor.Weights(TinyPolicy.Real(12_288, 1));
        var tokens = TinyStep.Tokens(16, 192, weights.Config.VocabularySize);
        using var full = new TinyStep(weights, tokens, 96, Precision.Full);
        using var adapted = new TinyStep(weights, tokens, 96, Precision.Full, Lora);
        var (ofFull, ofAdapted) = (new List<MeasuredStep>(), new List<MeasuredStep>());
        for (var run = 0; run < Runs; run++)
        {
            ofFull.Add(full.Run());
            ofAdapted.Add(adapted.Run());
        }

        return (Median(ofAdapted), Median(ofFull));

        static MeasuredStep Median(List<MeasuredStep> steps) =>
            new(steps.Select(step => step.Wall).Order().ElementAt(Runs / 2), steps.Select(step => step.Processor).Order().ElementAt(Runs / 2), steps[^1].Loss);
    }

    // Milliseconds of the processor for 8 dialogues x 8 lists; and how far a merged policy's rollouts are from what the adapted one says of them.
    private static (double Applied, double Merged, double Difference) Rollouts()
    {
        var catalog = EmbeddedFilms.Shop();
        var world = SeekerWorld.Create(catalog, 1, new SeekerWorldOptions { TrainCount = 50, ValidCount = 1, TestCount = 1 });
        var policy = Backbone.TinyWorld.Create(catalog, world.Train, 1);
        using var adapted = new Transformer(policy.Weights, CPU);
        Lora.Adapt(adapted, 1);
        using (no_grad())
        {
            using var generator = new Generator(1, CPU);
            foreach (var (_, matrix) in adapted.Trained)
                matrix.uniform_(-0.05, 0.05, generator);
        }

        using var merged = new Transformer(WeightTransfer.Save(adapted), CPU);
        var lists = new ListFactory(catalog, policy.Prompt);
        var sampler = new RolloutSampler(lists, new TitleMatcher(catalog), new RankGrpoOptions(), 1);
        RolloutPrompt[] prompts = [.. world.Train.Where(dialogue => dialogue.GroundTruth.Count > 0).Take(8).Select(lists.Prepare)];
        var (ofAdapted, ofMerged, difference) = (new List<double>(), new List<double>(), 0.0);
        for (var run = 0; run < Runs; run++)
        {
            ofAdapted.Add(Time(adapted).Milliseconds);
            var (milliseconds, rollouts) = Time(merged);
            ofMerged.Add(milliseconds);
            difference = Math.Max(difference, Difference(adapted, lists, prompts, rollouts.Lists));
        }

        return (ofAdapted.Order().ElementAt(Runs / 2), ofMerged.Order().ElementAt(Runs / 2), difference);

        (double Milliseconds, RolloutBatch Rollouts) Time(Transformer network)
        {
            using var process = Process.GetCurrentProcess();
            var used = process.TotalProcessorTime;
            var rollouts = sampler.Sample(network, prompts, 0);
            process.Refresh();
            return ((process.TotalProcessorTime - used).TotalMilliseconds, rollouts);
        }
    }

    private static double Difference(Transformer network, ListFactory lists, RolloutPrompt[] prompts, SampledList[] sampled)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var values = ListLogProbabilities.Of(network, [.. prompts.Select(prompt => prompt.Prompt)], sampled, lists.Trie, 1);
        return sampled.Select((list, i) => (list, values[i].data<float>().ToArray()))
            .SelectMany(row => row.list.Decisions.Select(decision => Math.Abs(row.Item2[decision.Position] - row.list.LogProbabilities[decision.Position]))).Max();
    }
}
