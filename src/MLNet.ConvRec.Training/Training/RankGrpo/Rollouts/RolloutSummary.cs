namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>What a step's rollouts look like, in numbers.</summary>
internal static class RolloutSummary
{
    /// <summary>Summarises rollouts.</summary>
    /// <param name="rollouts">At least one group.</param>
    /// <param name="listLength">N: the lines that each list was asked for.</param>
    /// <param name="isOfLists">Whether a list earns its sequence reward; otherwise its ranks' rewards added up.</param>
    public static RolloutStatistics Of(RolloutBatch rollouts, int listLength, bool isOfLists)
    {
        var earned = Array.ConvertAll(rollouts.Rewards, group => Array.ConvertAll(group, list => isOfLists ? SequenceReward.Of(list) : list.Sum())); // [groups][samples]
        var alike = isOfLists
            ? earned.Count(group => Array.TrueForAll(group, reward => reward == group[0]))
            : rollouts.Rewards.Count(group => Array.TrueForAll(group, list => list.AsSpan().SequenceEqual(group[0])));
        var (lists, asked) = (rollouts.Lists, (double)rollouts.Lists.Length * listLength);
        return new RolloutStatistics
        {
            Reward = earned.SelectMany(group => group).Average(),
            RewardDeviation = earned.Average(RankAdvantage.StandardDeviation),
            ZeroDeviationShare = (double)alike / earned.Length,
            Recall = rollouts.Recall,
            RelevanceByRank = [.. Enumerable.Range(0, listLength).Select(rank => rollouts.Hits.Average(hits => rank < hits.Count && hits[rank] ? 1.0 : 0))],
            InCatalogShare = lists.Sum(list => list.Items.Count(item => item >= 0)) / asked,
            RepeatShare = lists.Sum(list => list.Items.Where(item => item >= 0).CountBy(item => item).Sum(item => item.Value - 1)) / asked,
            Length = new LengthStatistics(lists.Average(list => list.Tokens.Length), lists.Min(list => list.Tokens.Length), lists.Max(list => list.Tokens.Length)),
            TruncatedShare = lists.Average(list => list.IsTruncated ? 1.0 : 0),
        };
    }
}
