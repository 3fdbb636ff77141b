using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Judges a policy by the constrained lists that it writes for held-out dialogues, without drawing.</summary>
internal sealed class GreedyValidation(ListFactory lists, IReadOnlyList<RolloutPrompt> prompts, ListDecoding decoding = ListDecoding.Lines)
{
    private readonly TitleMatcher _matcher = new(lists.Catalog);

    /// <summary>Returns the mean NDCG@N over the dialogues.</summary>
    public double Ndcg(Transformer network, CancellationToken cancellation)
    {
        var total = 0.0;
        ListRequest[] requests = [.. prompts.Select(prompt => new ListRequest(prompt.Prompt, prompt.Excluded))];
        var written = GreedyLists.Of(network, lists.Trie, requests, lists.ListLength, decoding, cancellation);
        for (var i = 0; i < written.Length; i++)
        {
            var gain = SequenceReward.Dcg(lists.Hits(_matcher, written[i].Items, prompts[i]));
            total += gain / SequenceReward.Dcg([.. Enumerable.Repeat(true, Math.Min(prompts[i].GroundTruth.Count, lists.ListLength))]);
        }

        return total / prompts.Count;
    }
}
