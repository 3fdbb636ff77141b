using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation.Comparison;

namespace MLNet.ConvRec.Evaluation.Metrics;

/// <summary>The table that an evaluation fills: one value per metric and dialogue, and how often each item and rank comes up.</summary>
internal sealed class EvaluationValues(IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog, EvaluationOptions options)
{
    private readonly Dictionary<string, double[]> _columns = new(StringComparer.Ordinal);
    private readonly ListEvaluation _list = new(catalog, options);
    private readonly TrainPopularity? _popularity = TrainPopularity.Of(catalog, options);
    private readonly string[] _ids = [.. dialogues.Select(dialogue => dialogue.Id)];
    private readonly int[] _listed = new int[catalog.Count];
    private readonly List<int> _hitsAtRank = [];

    /// <summary>Enters one dialogue's list.</summary>
    public void Set(int position, IReadOnlyList<ItemReference?> lines)
    {
        var dialogue = dialogues[position];
        SetAccuracy(position, _list.Hits(lines, SeenItems.Of(dialogue, catalog), dialogue.GroundTruth), dialogue.GroundTruth.Count);
        SetQuality(position, lines);
    }

    /// <summary>Closes the table.</summary>
    public SystemEvaluation ToEvaluation(string name, int withoutList)
    {
        var groups = Conversations.Of(_ids, options.ResampleBy);
        var withoutTruth = dialogues.Count(dialogue => dialogue.GroundTruth.Count == 0);
        return new SystemEvaluation
        {
            Summary = new SystemMetrics
            {
                Name = name,
                Dialogues = dialogues.Count,
                Conversations = Conversations.Count(groups) is var count && count < dialogues.Count ? count : null,
                WithoutGroundTruth = withoutTruth,
                WithoutList = withoutList,
                Metrics = Estimates(groups),
                PerRankRelevance = [.. _hitsAtRank.Select(hits => (double)hits / (dialogues.Count - withoutTruth))],
            },
            DialogueIds = _ids,
            Values = _columns.ToDictionary(column => column.Key, column => (IReadOnlyList<double>)column.Value, StringComparer.Ordinal),
        };
    }

    private void SetAccuracy(int position, bool[] hits, int truthCount)
    {
        foreach (var k in options.Cutoffs)
        {
            this[MetricNames.Recall(k), position] = truthCount == 0 ? double.NaN : RankingMetrics.Recall(hits, truthCount, k);
            this[MetricNames.Ndcg(k), position] = truthCount == 0 ? double.NaN : RankingMetrics.Ndcg(hits, truthCount, k);
            this[MetricNames.Mrr(k), position] = truthCount == 0 ? double.NaN : RankingMetrics.ReciprocalRank(hits, k);
            this[MetricNames.HitRate(k), position] = truthCount == 0 ? double.NaN : RankingMetrics.HitRate(hits, k);
        }

        if (truthCount == 0)
            return;
        for (var index = 0; index < hits.Length; index++)
        {
            if (index == _hitsAtRank.Count)
                _hitsAtRank.Add(0);
            if (hits[index])
                _hitsAtRank[index]++;
        }
    }

    // Shares are 0 / 0 = NaN for an empty list: not defined, so left out of the mean.
    private void SetQuality(int position, IReadOnlyList<ItemReference?> lines)
    {
        double length = lines.Count;
        var items = Array.FindAll(_list.Indices(lines), item => item >= 0);
        this[MetricNames.InCatalog, position] = items.Length / length;
        this[MetricNames.Repeats, position] = ListEvaluation.Repeats(lines) / length;
        this[MetricNames.Malformed, position] = lines.Count(line => line is null) / length;
        this[MetricNames.ListLength, position] = length;
        foreach (var item in items)
            _listed[item]++;
        if (_popularity is null)
            return;
        this[MetricNames.Popularity, position] = items.Sum(_popularity.Count) / items.Length;
        this[MetricNames.Novelty, position] = items.Sum(_popularity.Bits) / items.Length;
    }

    private double this[string metric, int position]
    {
        set
        {
            if (!_columns.TryGetValue(metric, out var column))
                _columns[metric] = column = new double[dialogues.Count];
            column[position] = value;
        }
    }

    private Dictionary<string, Estimate> Estimates(IReadOnlyList<string> groups)
    {
        var intervals = Bootstrap.Intervals([.. _columns.Values], options, groups);
        var estimates = new Dictionary<string, Estimate>(StringComparer.Ordinal);
        foreach (var ((metric, values), (low, high)) in _columns.Zip(intervals))
        {
            if (Bootstrap.Mean(values) is var mean && !double.IsNaN(mean))
                estimates[metric] = new Estimate(mean, Known(low), Known(high));
        }

        estimates[MetricNames.Coverage] = new Estimate(ItemExposure.Coverage(_listed));
        if (ItemExposure.Gini(_listed) is var gini && !double.IsNaN(gini))
            estimates[MetricNames.Gini] = new Estimate(gini);
        return estimates;
    }

    // Few resamples may all miss the few dialogues that define a metric.
    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
