using System.Diagnostics;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Rollouts of 16 dialogues x 8 lists x 20 items by the engine and by a plain loop, from one tiny policy for ReDial's catalog.</summary>
internal static class RolloutsBenchmark
{
    private const int DialogueCount = 16, GroupSize = 8, Runs = 7, Calls = 1000;

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
        var (ours, peer) = Time(network, lists, prompts, output);
        var count = DialogueCount * GroupSize;
        var result = new BenchmarkResult
        {
            Name = "rollouts",
            Ours = ours * 1000 / count,
            Peer = peer * 1000 / count,
            Unit = "ms a list",
            More = { ["listsASecond"] = count / ours, ["listsASecondPeer"] = count / peer },
        };
        foreach (var (name, value) in SameDistribution.Check(policy, catalog, prompts[0]).Concat(Flat(network, lists, prompts[0])))
            result.More.Add(name, value);
        return result;
    }

    // Medians of runs in turn, in seconds.
    private static (double Ours, double Peer) Time(Transformer network, ListFactory lists, RolloutPrompt[] prompts, TextWriter output)
    {
        var sampler = new RolloutSampler(lists, new TitleMatcher(lists.Catalog), new RankGrpoOptions { GroupSize = GroupSize }, seed: 1);
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

        ours.Sort();
        peer.Sort();
        return (ours[Runs / 2], peer[Runs / 2]);
    }

    // What a thousand calls leave behind: live tensors, and resident memory against that after the first fifth.
    private static IEnumerable<(string, double)> Flat(Transformer network, ListFactory lists, RolloutPrompt prompt)
    {
        var (tensors, resident) = (0L, 0L);
        for (var call = 0; call < Calls; call++)
        {
            var sampling = new Sampling(1, (ulong)call);
            IListWriter[] writers = [.. Enumerable.Range(0, 2).Select(list => new CatalogListWriter(lists.Trie, prompt.Excluded, 5, sampling, (prompt.Key, (ulong)list)))];
            ListGenerator.Generate(network, lists.Trie, [new ListGroup(prompt.Prompt, writers)], 2, CancellationToken.None);
            if (call == Calls / 5)
                (tensors, resident) = (Tensor.TotalCount, Environment.WorkingSet);
        }

        yield return ("liveTensorsMoreAfter1000Calls", Tensor.TotalCount - tensors);
        yield return ("residentRatioAfter1000Calls", (double)Environment.WorkingSet / resident);
    }
}
