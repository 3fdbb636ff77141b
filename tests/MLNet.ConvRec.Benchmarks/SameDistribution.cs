using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Whether engine and plain loop draw from the same distribution: on a toy catalog, and token by token.</summary>
internal static class SameDistribution
{
    private const int Items = 12, Length = 2, Draws = 8192, Compared = 64;

    // Random weights are nearly indifferent; larger ones are not.
    private const float Sharpening = 8;

    /// <summary>
    /// Returns the two-sample chi-square over ordered pairs of items, its degrees of freedom and standard score; and the greatest difference between the
    /// log-probabilities that the engine recorded and those that the plain loop gives the same lists.
    /// </summary>
    public static IEnumerable<(string, double)> Check(PolicyModel policy, ItemCatalog catalog, RolloutPrompt prompt)
    {
        using var network = new Transformer(Sharpened(policy.Weights), CPU);
        var toy = new ListFactory(ItemCatalog.Create(catalog.Items.Take(Items)), policy.Prompt);
        int[][] prompts = [.. Enumerable.Repeat(prompt.Prompt, Draws)];
        IReadOnlyList<int>[] excluded = [.. Enumerable.Repeat<IReadOnlyList<int>>([], Draws)];
        var sampling = new Sampling(1, 11);
        IListWriter[] writers = [.. Enumerable.Range(0, Draws).Select(list => new CatalogListWriter(toy.Trie, [], Length, sampling, (prompt.Key, (ulong)list)))];
        var ours = ListGenerator.Generate(network, toy.Trie, [new ListGroup(prompt.Prompt, writers)], Draws, CancellationToken.None);
        using var generator = new Generator(5);
        var plain = prompts.Chunk(512).SelectMany(part => PlainRollouts.Sample(network, part, toy.Trie, excluded[..part.Length], Length, generator)).ToArray();

        var (here, there) = (new int[Items * Items], new int[Items * Items]);
        foreach (var list in ours)
            here[(list.Items[0] * Items) + list.Items[1]]++;
        foreach (var list in plain)
            there[(list.Items[0] * Items) + list.Items[1]]++;
        var cells = Enumerable.Range(0, here.Length).Where(cell => here[cell] + there[cell] >= 10).ToArray();
        var chiSquare = cells.Sum(cell => Math.Pow(here[cell] - there[cell], 2) / (here[cell] + there[cell]));
        yield return ("chiSquare", chiSquare);
        yield return ("chiSquareDegreesOfFreedom", cells.Length - 1);
        yield return ("chiSquareStandardScore", (chiSquare - (cells.Length - 1)) / Math.Sqrt(2 * (cells.Length - 1)));

        var again = PlainRollouts.Sample(network, prompts[..Compared], toy.Trie, excluded[..Compared], Length, generator, [.. ours.Take(Compared).Select(list => list.Tokens)]);
        yield return ("greatestLogProbabilityDifference", Enumerable.Range(0, Compared).Max(list => ours[list].LogProbabilities.Zip(again[list].LogProbabilities, (a, b) => Math.Abs(a - b)).Max()));
    }

    private static PolicyWeights Sharpened(PolicyWeights weights) => weights with
    {
        Tensors = weights.Tensors.ToDictionary(
            entry => entry.Key,
            NamedTensor (entry) => entry.Value.Shape.Length == 2
                ? new ArrayTensor(entry.Value.Shape, Array.ConvertAll(entry.Value.ToArray(), value => value * Sharpening))
                : entry.Value),
    };
}
