using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Judges a policy by the greedy constrained lists that it writes for held-out dialogues.</summary>
internal sealed class GreedyValidation(ListFactory lists, IReadOnlyList<RolloutPrompt> prompts)
{
    private readonly TitleMatcher _matcher = new(lists.Catalog);

    /// <summary>Returns the mean NDCG@N over the dialogues.</summary>
    public double Ndcg(Transformer network, CancellationToken cancellation)
    {
        var total = 0.0;
        ListGroup[] groups = [.. prompts.Select(prompt => new ListGroup(prompt.Prompt, [lists.Constrained(prompt.Excluded, Sampling.Greedy, default)]))];
        var written = ListGenerator.Generate(network, lists.Trie, groups, ListGenerator.DefaultPlaces, cancellation);
        for (var i = 0; i < written.Length; i++)
        {
            var gain = SequenceReward.Dcg(lists.Hits(_matcher, written[i], prompts[i]));
            total += gain / SequenceReward.Dcg([.. Enumerable.Repeat(true, Math.Min(prompts[i].GroundTruth.Count, lists.ListLength))]);
        }

        return total / prompts.Count;
    }
}

/// <summary>Looks at the validation set and keeps the weights that did best so far.</summary>
internal sealed class BestWeights
{
    private readonly GreedyValidation _validation;

    private BestWeights(GreedyValidation validation, BestState state) => (_validation, State) = (validation, state);

    /// <summary>The best so far.</summary>
    public BestState State { get; private set; }

    /// <summary>Whether a look was begun and cancelled.</summary>
    public bool IsLookPending { get; private set; }

    /// <summary>Begins with a first look, or with what an earlier process saved; <see langword="null"/> without a validation set.</summary>
    public static BestWeights? Begin(GreedyValidation? validation, Transformer network, LoopState? saved, CancellationToken cancellation)
    {
        if (validation is null)
            return null;
        if (saved?.Best is { } best)
            return new BestWeights(validation, best) { IsLookPending = saved.IsLookPending };
        var start = validation.Ndcg(network, cancellation);
        return new BestWeights(validation, new BestState(WeightTransfer.SaveTrained(network), start, start));
    }

    /// <summary>Judges the network as it stands; returns its value.</summary>
    public double Look(Transformer network, CancellationToken cancellation)
    {
        IsLookPending = true;
        var value = _validation.Ndcg(network, cancellation);
        IsLookPending = false;
        if (value > State.Value)
            State = State with { Value = value, Weights = WeightTransfer.SaveTrained(network) };
        return value;
    }

    public void Restore(Transformer network) => WeightTransfer.Load(network.Trained, State.Weights);
}
