using System.Diagnostics;
using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>
/// A step of reinforcement on a group of 8 lists of 120 tokens after one prompt of 256, by a tiny policy: the prompt run once for the group, beside the prompt run
/// for each list. Forward and backward; the same head on both sides. Memory is told by a process of each side.
/// </summary>
internal static class PrefixStepBenchmark
{
    /// <summary>The argument that makes the program one side of this benchmark.</summary>
    public const string Side = "prefix-step-side";

    private const string Shared = "shared", Plain = "plain";
    private const int PromptLength = 256, TokensOfList = 120, GroupSize = 8, Groups = 4, Steps = 15;

    public static BenchmarkResult Run(string dataFolder, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        using var step = new Step(dataFolder);
        var (ours, peer, difference) = (new List<double>(), new List<double>(), 0.0);
        for (var i = 0; i <= Steps; i++)
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            var sharedGradient = step.Gradient(Shared);
            var ourTime = clock.Elapsed.TotalMilliseconds;
            clock.Restart();
            var plainGradient = step.Gradient(Plain);
            var peerTime = clock.Elapsed.TotalMilliseconds;
            difference = Math.Max(difference, (sharedGradient - plainGradient).norm().item<float>() / plainGradient.norm().item<float>());
            if (i == 0)
                continue; // warm-up
            ours.Add(ourTime);
            peer.Add(peerTime);
        }

        ours.Sort();
        peer.Sort();
        return new BenchmarkResult
        {
            Name = "prefix-step",
            Ours = ours[Steps / 2],
            Peer = peer[Steps / 2],
            Unit = "ms a step",
            More =
            {
                ["relativeDifferenceOfGradients"] = difference,
                ["stepMemoryMB"] = Memory(Shared, dataFolder, output),
                ["stepMemoryMBPeer"] = Memory(Plain, dataFolder, output),
            },
        };
    }

    /// <summary>Runs one side and writes by how much its peak is above what stood in memory before (VmHWM, which writing 5 to /proc/self/clear_refs sets back).</summary>
    public static void RunSide(string side, string dataFolder, TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        using var step = new Step(dataFolder);
        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = LoadMeasurement.Status("VmRSS");
        using var scope = NewDisposeScope();
        step.Gradient(side);
        output.WriteLine((LoadMeasurement.Status("VmHWM") - before).ToString(CultureInfo.InvariantCulture));
    }

    private static double Memory(string side, string dataFolder, TextWriter output)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Side, side, dataFolder]) { RedirectStandardOutput = true })!;
        var told = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        output.WriteLine($"  {side}: {told} bytes");
        return double.Parse(told, CultureInfo.InvariantCulture) / 1e6;
    }

    // Lists of Reddit-v2's catalog as a tiny policy draws them, cut to one length, so that both sides do the same work.
    private sealed class Step : IDisposable
    {
        private readonly Transformer _network;
        private readonly TokenTrie _trie;
        private readonly int[][] _prompts;
        private readonly SampledList[] _lists;
        private readonly Tensor _weights;

        public Step(string dataFolder)
        {
            var catalog = ItemCatalog.Load(Path.Combine(dataFolder, "catalogs", "reddit-v2.jsonl"));
            var policy = Backbone.TinyReal.Create(catalog, Array.Empty<Dialogue>(), seed: 1);
            _network = new Transformer(policy.Weights, CPU);
            _trie = new ListFactory(catalog, policy.Prompt).Trie;
            var random = new Random(1);
            _prompts = [.. Enumerable.Range(0, Groups).Select(_ => Enumerable.Range(0, PromptLength).Select(_ => random.Next(policy.Config.VocabularySize)).ToArray())];
            ListGroup[] groups = [.. _prompts.Select((prompt, group) => new ListGroup(
                prompt, [.. Enumerable.Range(0, GroupSize).Select(list => new CatalogListWriter(_trie, [], 60, new Sampling(1, 1), ((ulong)group, (ulong)list)))]))];
            _lists = [.. ListGenerator.Generate(_network, _trie, groups, ListGenerator.DefaultPlaces, CancellationToken.None).Select(Cut)];
            _weights = tensor(Enumerable.Range(0, _lists.Length * TokensOfList).Select(_ => (float)random.NextDouble() - 0.5f).ToArray(), _lists.Length, TokensOfList);
        }

        public Tensor Gradient(string side)
        {
            foreach (var parameter in _network.parameters())
                parameter.grad?.zero_();
            using (NewDisposeScope())
            {
                var values = side == Shared ? ListLogProbabilities.Of(_network, _prompts, _lists, _trie, 1) : EachItsOwnPrompt();
                values.mul(_weights).sum().backward();
            }

            return cat([.. _network.parameters().Select(parameter => parameter.grad!.reshape(-1))]);
        }

        public void Dispose()
        {
            _weights.Dispose();
            _network.Dispose();
        }

        private Tensor EachItsOwnPrompt()
        {
            var batch = TokenBatch.PadRight([.. _lists.Select((list, i) => (int[])[.. _prompts[i / GroupSize], .. list.Tokens[..^1]])], CPU);
            var hidden = _network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance);                                           // [lists, P + R − 1, H]
            var rows = hidden.narrow(1, PromptLength - 1, TokensOfList).reshape(-1, hidden.shape[2]);                                    // [lists · R, H]
            TokenChoice[] choices = [.. _lists.SelectMany((list, i) => list.Decisions.Select(decision =>
                ListLogProbabilities.Choice(_trie, (i * (long)TokensOfList) + decision.Position, list.Tokens[decision.Position], decision)))];
            var places = tensor(choices.Select(choice => choice.Row).ToArray());
            return zeros([_lists.Length * (long)TokensOfList]).index_add(0, places, TokenLogProbabilities.Of(_network, rows, choices, 1), HeldScalars.One).view(_lists.Length, TokensOfList);
        }

        private static SampledList Cut(SampledList list) => list with
        {
            Tokens = list.Tokens[..TokensOfList],
            Ranks = list.Ranks[..TokensOfList],
            LogProbabilities = list.LogProbabilities[..TokensOfList],
            Decisions = [.. list.Decisions.Where(decision => decision.Position < TokensOfList)],
        };
    }
}
