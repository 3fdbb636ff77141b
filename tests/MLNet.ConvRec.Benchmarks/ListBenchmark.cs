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

/// <summary>One list of 20 items of Reddit-v2's catalog for a prompt of 200 tokens by a policy of Qwen2.5-0.5B's shape, random bfloat16 weights: the engine and a plain loop.</summary>
internal static class ListBenchmark
{
    private const int PromptLength = 200, ListLength = 20, Runs = 3;

    public static BenchmarkResult Run(string dataFolder, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var catalog = ItemCatalog.Load(Path.Combine(dataFolder, "catalogs", "reddit-v2.jsonl"));

        // The titles in the tokens of a vocabulary of their own: a checkpoint's can't be had here, and the network doesn't mind.
        var trie = new ListFactory(catalog, Backbone.TinyReal.Create(catalog, Array.Empty<Dialogue>(), seed: 1).Prompt).Trie;
        using var network = new Transformer(RandomTensor.Weights(HalfBillion.Shape), CPU, Precision.BFloat16);
        var random = new Random(1);
        int[] prompt = [.. Enumerable.Range(0, PromptLength).Select(_ => random.Next(network.Config.VocabularySize))];
        using var generator = new Generator(1);
        var (ours, peer) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var clock = Stopwatch.StartNew();
            var writer = new CatalogListWriter(trie, [], ListLength, new Sampling(1, (ulong)run), default);
            var list = ListGenerator.Generate(network, trie, [new ListGroup(prompt, [writer])], 1, CancellationToken.None)[0];
            ours.Add(clock.Elapsed.TotalSeconds);
            clock.Restart();
            var plain = PlainRollouts.Sample(network, [prompt], trie, [[]], ListLength, generator)[0];
            peer.Add(clock.Elapsed.TotalSeconds);
            output.WriteLine($"  run {run}: ours {ours[^1]:N1} s for {list.Tokens.Length} tokens, plain loop {peer[^1]:N1} s for {plain.Tokens.Count}.");
        }

        ours.Sort();
        peer.Sort();
        return new BenchmarkResult { Name = "list", Ours = ours[Runs / 2], Peer = peer[Runs / 2], Unit = "s a list" };
    }
}
