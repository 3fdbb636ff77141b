using System.Diagnostics;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Rollouts of 16 dialogues x 8 lists x 20 items by the engine, and by a plain loop, from one tiny policy for ReDial's catalog.</summary>
internal static class RolloutsBenchmark
{
    private const int DialogueCount = 16, GroupSize = 8, Runs = 5;

    public static BenchmarkResult Run(string dataFolder, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var catalog = ItemCatalog.Load(Path.Combine(dataFolder, "catalogs", "redial.jsonl"));
        Dialogue[] train = [.. DialogueFile.Read(Path.Combine(dataFolder, "dialogues", "redial", "train.jsonl"))];
        var policy = Backbone.TinyReal.Create(catalog, train, seed: 1);
        using var network = new Transformer(policy.Weights, CPU);
        var lists = new ListFactory(catalog, policy.Prompt);
        RolloutPrompt[] prompts = [.. train.Where(dialogue => dialogue.GroundTruth.Count > 0).Take(DialogueCount).Select(lists.Prepare)];
        output.WriteLine($"{policy.WeightCount:N0} weights, {policy.Config.VocabularySize:N0} tokens, {catalog.Count:N0} items, prompts of {prompts.Average(p => p.Prompt.Length):N0} tokens.");

        var sampler = new RolloutSampler(lists, new TitleMatcher(catalog), new RankGrpoOptions { GroupSize = GroupSize }, seed: 1);
        int[][] eachPrompt = [.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt.Prompt, GroupSize))];
        IReadOnlyList<int>[] eachExcluded = [.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt.Excluded, GroupSize))];
        using var generator = new Generator(1);
        var (ours, peer) = (new List<double>(), new List<double>());
        for (var run = 0; run <= Runs; run++)
        {
            var clock = Stopwatch.StartNew();
            var rollouts = sampler.Sample(network, prompts, run);
            var ourSeconds = clock.Elapsed.TotalSeconds;
            clock.Restart();
            var plain = PlainRollouts.Sample(network, eachPrompt, lists.Trie, eachExcluded, lists.ListLength, generator);
            var peerSeconds = clock.Elapsed.TotalSeconds;
            output.WriteLine($"  run {run}: ours {ourSeconds:N2} s ({rollouts.Lists.Average(list => list.Tokens.Length):N1} tokens a list), plain loop {peerSeconds:N2} s ({plain.Average(list => list.Tokens.Count):N1}).");
            if (run == 0)
                continue; // warm-up
            ours.Add(ourSeconds);
            peer.Add(peerSeconds);
        }

        var count = DialogueCount * GroupSize;
        return new BenchmarkResult
        {
            Name = "rollouts",
            Ours = Median(ours) * 1000 / count,
            Peer = Median(peer) * 1000 / count,
            Unit = "ms a list",
            More = { ["listsASecond"] = count / Median(ours), ["listsASecondPeer"] = count / Median(peer) },
        };
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
