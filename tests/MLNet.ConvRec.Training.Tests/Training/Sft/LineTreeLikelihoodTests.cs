using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.Sft;

/// <summary>The one pass over prompt and tree against the definition: each line alone behind the whole prompt, a log-softmax over the children at each token.</summary>
[Collection<Alone>]
public class LineTreeLikelihoodTests
{
    private static readonly PolicyModel Policy = ToyShop.Policy(ToyRows.ListLength);
    private static readonly TokenTrie Trie = Policy.Prompt.TrieOf(ToyShop.Catalog);

    // Beginnings in common, an item seen whose sisters are listed, a prompt with nothing excluded, and targets of one item.
    private static readonly (int Dialogue, int[] Excluded, (int Item, double Share)[] Targets)[] Cases =
    [
        (0, [0], [(1, 0.5), (2, 0.25), (3, 0.125), (10, 0.125)]),
        (1, [11, 4], [(5, 0.4), (0, 0.3), (2, 0.3)]),
        (2, [], [(0, 0.1), (1, 0.2), (4, 0.1), (5, 0.2), (9, 0.4)]),
        (2, [7], [(8, 1)]),
    ];

    [Fact]
    public void LossAndGradient_AreThoseOfEachLineAlone()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        var batch = Batch(Cases);
        Assert.Contains(batch, example => example.Tree!.Parents.Where((parent, token) => parent != token - 1).Any()); // ways part

        var (loss, gradient) = Accumulate(network, batch, int.MaxValue);
        using var scope = NewDisposeScope();
        network.zero_grad();
        var naive = Cases.Select(of => of.Targets.Select(target => LogProbability(network, of.Dialogue, of.Excluded, target.Item).mul(HeldScalars.Of(-target.Share / Cases.Length))))
            .SelectMany(terms => terms).Aggregate((sum, term) => sum.Plus(term));
        naive.backward();

        Assert.Equal(naive.item<float>(), loss, 1e-5);
        Equal(Gradient(network), gradient);
    }

    [Fact]
    public void LossAndGradientOfWholeLists_AreThoseOfEachLineAlone()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        (int Dialogue, int[] Excluded, int[] Items)[] lists = [(0, [0], [2, 4, 1, 5]), (2, [], [5, 9, 4])];
        double[] scores = [1, 0.5, 0.25, -1];
        SftExample[] batch = [.. lists.Select(list => new SftExample(Prompt(list.Dialogue), []) { Tree = LineTree.Lines(Trie, list.Excluded, list.Items, listed => Shares(list.Items, listed)) })];

        var (loss, gradient) = Accumulate(network, batch, int.MaxValue);
        using var scope = NewDisposeScope();
        network.zero_grad();
        var terms = from list in lists
                    from listed in Enumerable.Range(0, list.Items.Length)
                    from target in list.Items[listed..].Zip(Shares(list.Items, listed))
                    let logProbability = LogProbability(network, list.Dialogue, [.. list.Excluded, .. list.Items[..listed]], target.First, list.Items[..listed])
                    select logProbability.mul(HeldScalars.Of(-target.Second / list.Items.Length / lists.Length));
        var naive = terms.Aggregate((sum, term) => sum.Plus(term));
        naive.backward();

        Assert.Equal(naive.item<float>(), loss, 1e-5);
        Equal(Gradient(network), gradient);

        double[] Shares(int[] items, int listed) => ScoreDistribution.Of(scores[listed..items.Length], 0.7);
    }

    [Fact]
    public void TheGradient_IsThatOfFiniteDifferences()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        var (_, gradient) = Accumulate(network, Batch(Cases), int.MaxValue);
        var weights = network.parameters().First(parameter => parameter.shape.Length == 2); // the embeddings, which are the head too
        var steepest = Array.IndexOf(gradient, gradient.MaxBy(Math.Abs), 0, (int)weights.numel());
        Assert.True(steepest >= 0, "the embeddings have no steepest weight");
        const float Step = 1e-2f;

        var difference = (At(Step) - At(-Step)) / (2 * Step);

        Assert.Equal(gradient[steepest], difference, Math.Abs(gradient[steepest]) * 0.02);

        double At(float step)
        {
            Move(step);
            var loss = Accumulate(network, Batch(Cases), int.MaxValue).Loss;
            Move(-step);
            return loss;
        }

        void Move(float step)
        {
            using var noGradient = no_grad();
            using var place = weights.view(-1).narrow(0, steepest, 1);
            using Scalar by = step;
            place.add_(by);
        }
    }

    [Fact]
    public void MicroBatches_HaveTheLossAndGradientOfAll()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        SftExample[] batch = [.. Batch(Cases), OneTokenExample(), .. Batch(Cases[..2])];

        var (whole, ofWhole) = Accumulate(network, batch, int.MaxValue);
        var (parts, ofParts) = Accumulate(network, batch, 1);

        Assert.Equal(whole, parts, 1e-6);
        Equal(ofWhole, ofParts);
    }

    [Fact]
    public void TitlesOfOneToken_AreReadFromThePromptAlone()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        var example = OneTokenExample();
        using var scope = NewDisposeScope();

        var (loss, _) = Accumulate(network, [example], int.MaxValue);
        var logits = Array.ConvertAll(Logits(network, example.Prompt), value => (double)value);

        // Of 40, 41 and 42 the last is excluded: 0.75 and 0.25 of the mass.
        var total = Math.Log(Math.Exp(logits[40]) + Math.Exp(logits[41]));
        Assert.Equal(-((0.75 * (logits[40] - total)) + (0.25 * (logits[41] - total))), loss, 1e-5);
    }

    [Fact]
    public void GradientCheckpointing_ChangesNothing()
    {
        using var network = new Transformer(Policy.Weights, CPU);
        using var recomputed = new Transformer(Policy.Weights, CPU) { IsRecomputed = true };

        var (loss, gradient) = Accumulate(network, Batch(Cases), int.MaxValue);
        var (again, ofAgain) = Accumulate(recomputed, Batch(Cases), int.MaxValue);

        Assert.Equal(loss, again);
        Assert.Equal(gradient, ofAgain);
        Assert.Contains(gradient, value => value != 0);
    }

    private static SftExample[] Batch((int Dialogue, int[] Excluded, (int Item, double Share)[] Targets)[] cases) =>
        [.. cases.Select(of => new SftExample(Prompt(of.Dialogue), []) { Tree = LineTree.FirstLine(Trie, of.Excluded, of.Targets) })];

    private static SftExample OneTokenExample() => new(Prompt(0), []) { Tree = LineTree.FirstLine(TokenTrie.Build([[40, 10], [41, 10], [42, 10]]), [2], [(0, 0.75), (1, 0.25)]) };

    private static int[] Prompt(int dialogue) => Policy.Prompt.Encode(ToyShop.Dialogues[dialogue]);

    // log p(line | prompt): at each token a softmax over the next tokens of the items that are still possible.
    private static Tensor LogProbability(Transformer network, int dialogue, int[] excluded, int item, params int[] listed)
    {
        int[][] lines = [.. ToyShop.Catalog.Items.Select(of => Policy.Prompt.EncodeLine(of.Title, of.Year))];
        var possible = Enumerable.Range(0, lines.Length).Except(excluded).Select(index => lines[index]).ToArray();
        int[] tokens = [.. Prompt(dialogue), .. listed.SelectMany(before => lines[before]), .. lines[item]];
        var batch = TokenBatch.PadRight([tokens], CPU);
        var logits = network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance)).squeeze(0); // [T, V]
        var sum = zeros(1);
        for (var t = 0; t < lines[item].Length; t++)
        {
            possible = [.. possible.Where(line => line.Length > t && line.AsSpan(0, t).SequenceEqual(lines[item].AsSpan(0, t)))];
            long[] next = [.. possible.Select(line => (long)line[t]).Distinct()];
            var shares = logits[tokens.Length - lines[item].Length - 1 + t].index_select(0, tensor(next)).log_softmax(0);
            sum = sum.Plus(shares[Array.IndexOf(next, lines[item][t])]);
        }

        return sum;
    }

    private static float[] Logits(Transformer network, int[] prompt)
    {
        var batch = TokenBatch.PadRight([prompt], CPU);
        return network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance))[0, prompt.Length - 1].data<float>().ToArray();
    }

    private static (double Loss, float[] Gradient) Accumulate(Transformer network, SftExample[] batch, int microBatchTokens)
    {
        using var scope = NewDisposeScope();
        network.zero_grad();
        return (SftLoop.Accumulate(network, batch, dropout: null, microBatchTokens), Gradient(network));
    }

    private static float[] Gradient(Transformer network) => [.. network.parameters().SelectMany(parameter => parameter.grad!.reshape(-1).data<float>().ToArray())];

    private static void Equal(float[] expected, float[] actual)
    {
        Assert.True(expected.Max(Math.Abs) > 1e-2, "there is no gradient to compare");
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5, $"weight {i}: gradient {actual[i]:R}, {expected[i]:R} expected");
    }
}
