using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Judges a policy by the greedy constrained lists that it writes for held-out dialogues.</summary>
internal sealed class GreedyValidation(ListFactory lists, IReadOnlyList<RolloutPrompt> prompts)
{
    private const int BatchSize = 128;
    private readonly TitleMatcher _matcher = new(lists.Catalog);

    /// <summary>Returns the mean NDCG@N over the dialogues.</summary>
    public double Ndcg(Transformer network, CancellationToken cancellation)
    {
        var total = 0.0;
        foreach (var batch in prompts.Chunk(BatchSize))
        {
            IListWriter[] writers = [.. batch.Select(prompt => lists.Constrained(prompt.Excluded, Sampling.Greedy, default))];
            var written = ListGenerator.Generate(network, [.. batch.Select(prompt => prompt.Prompt)], writers, lists.MaxTokens, cancellation);
            for (var i = 0; i < batch.Length; i++)
            {
                var gain = SequenceReward.Dcg(lists.Hits(_matcher, written[i], batch[i]));
                total += gain / SequenceReward.Dcg([.. Enumerable.Repeat(true, Math.Min(batch[i].GroundTruth.Count, lists.ListLength))]);
            }
        }

        return total / prompts.Count;
    }
}

/// <summary>Keeps the weights that did best so far.</summary>
internal sealed class BestWeights(Transformer network, double start)
{
    private PolicyWeights _weights = WeightTransfer.Save(network);
    private double _best = start;

    /// <summary>How good the weights were at first.</summary>
    public double Start { get; } = start;

    /// <summary>Takes note of a look at the network; returns its value.</summary>
    public double Look(Transformer network, double value)
    {
        if (value > _best)
            (_best, _weights) = (value, WeightTransfer.Save(network));
        return value;
    }

    public void Restore(Transformer network) => WeightTransfer.Load(network, _weights);
}
