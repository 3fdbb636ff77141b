using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>Some of a step's lists as text, so that people can read what is rewarded.</summary>
internal static class Completions
{
    /// <summary>Whether a step shows its lists: the first one, and every <paramref name="interval"/>-th.</summary>
    public static bool AreDue(int step, int? interval) => interval is > 0 && (step == 1 || step % interval == 0);

    /// <summary>Returns the lists of the first group.</summary>
    public static SampledCompletion[] Of(RolloutBatch rollouts, ListFactory lists)
    {
        var dialogue = rollouts.Prompts[0];
        return
        [
            .. Enumerable.Range(0, rollouts.GroupSize).Select(sample => new SampledCompletion
            {
                DialogueId = dialogue.Id,
                Prompt = lists.Text(dialogue.Prompt),
                Completion = lists.Text(rollouts.Lists[sample].Tokens),
                GroundTruth = [.. dialogue.GroundTruth.Select(item => ListLine.Format(item.Title, item.Year))],
                Rewards = rollouts.Rewards[0][sample],
                Advantages = rollouts.Advantages[0][sample],
            }),
        ];
    }
}
