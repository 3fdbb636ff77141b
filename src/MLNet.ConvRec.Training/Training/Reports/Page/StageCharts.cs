using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>The plots of a stage; one whose measure was not taken is left out.</summary>
internal static class StageCharts
{
    // More points than pixels tell nothing more.
    private const int MostPoints = 300;

    private const string Across = "step";

    /// <summary>Returns the plots in the order of the page.</summary>
    public static IEnumerable<Chart> Of(StageHistory stage)
    {
        Chart?[] charts =
        [
            Reward(stage),
            Validation(stage),
            Loss(stage),
            RelevancePicture.Of(stage),
            Shares(stage, "True items found", "% of true items", "The mean over the step's lists of the dialogue's true items that a list holds.", ("found", MetricNames.Recall)),
            Lines(stage, "Entropy", "nats a token", "How undecided the policy is where it chooses among several tokens; 0 is no choice left.", true, ("entropy", MetricNames.Entropy)),
            Lines(stage, "Divergence from the policy at the start", "nats a token", "The k3 estimate of KL.", true, ("kl", MetricNames.Divergence)),
            Shares(stage, "Clipped ratios", "% of ratios", "", ("below 1 − ε", MetricNames.ClippedLow), ("above 1 + ε", MetricNames.ClippedHigh)),
            Shares(stage, "Groups that teach nothing", "% of groups", "All lists of the group earned the same.", ("equal rewards", MetricNames.ZeroDeviationShare)),
            Lines(stage, "Gradient", "norm before clipping", "", true, ("norm", MetricNames.GradientNorm)),
            Lines(stage, "Learning rate", "rate", "", true, ("rate", MetricNames.LearningRate)),
            Lengths(stage),
            Shares(stage, "Lines asked for", "% of lines", "Under the catalog mask all are in the catalog, and none repeats.", ("in the catalog", MetricNames.InCatalogShare), ("repeats", MetricNames.RepeatShare)),
            Lines(stage, "Time of a step", "seconds", "", true, ("step", MetricNames.StepTime)),
        ];
        return charts.OfType<Chart>();
    }

    private static Chart? Reward(StageHistory stage)
    {
        var deviations = stage[MetricNames.RewardDeviation].Thinned(MostPoints);
        var rewards = stage[MetricNames.Reward].Thinned(MostPoints);
        if (rewards.Length == 0 || rewards.Length != deviations.Length)
            return Lines(stage, "Reward", "earned by a list", "", false, ("reward", MetricNames.Reward));
        return new Chart("Reward", Across, "earned by a list", [new ChartLine("mean", [.. rewards.Zip(deviations, Around)])])
        {
            Note = "The band is one standard deviation within a group, to either side.",
        };

        static ChartPoint Around(StepSpan reward, StepSpan deviation) => new(reward.Step, reward.Mean, reward.Mean - deviation.Mean, reward.Mean + deviation.Mean);
    }

    private static Chart? Validation(StageHistory stage)
    {
        var looks = stage[MetricNames.ValidationNdcg].Points;
        if (looks.Count == 0)
            return null;
        var start = stage[MetricNames.ValidationNdcgAtStart].Points.Take(1).Select(point => ChartPoint.At(0, point.Value));
        return new Chart("Validation", Across, "NDCG", [new ChartLine("greedy lists", [.. start, .. Points(stage[MetricNames.ValidationNdcg])]) { IsMarked = looks.Count < 60 }])
        {
            Note = "Greedy lists on the validation set; step 0 is the policy at the start.",
        };
    }

    private static Chart? Loss(StageHistory stage) => stage.IsImitation
        ? Lines(stage, "Loss", "nats", "Cross-entropy a token of the demonstrations; a line where their scores are imitated.", false, ("training", MetricNames.Loss), ("validation", MetricNames.ValidationLoss))
        : Lines(stage, "Loss", "−objective", "Near 0 by construction: advantages add up to 0 in a group. Watch the reward instead.", false, ("loss", MetricNames.Loss));

    private static Chart? Lengths(StageHistory stage)
    {
        var (mean, least, most) = (stage[MetricNames.MeanLength].Thinned(MostPoints), stage[MetricNames.MinLength].Thinned(MostPoints), stage[MetricNames.MaxLength].Thinned(MostPoints));
        if (mean.Length == 0 || least.Length != mean.Length || most.Length != mean.Length)
            return null;
        return new Chart("Length of a list", Across, "tokens", [new ChartLine("mean", [.. mean.Select((span, i) => new ChartPoint(span.Step, span.Mean, least[i].Lowest, most[i].Highest))])])
        {
            Note = "The band is from the shortest to the longest.",
        };
    }

    private static Chart? Shares(StageHistory stage, string title, string up, string note, params (string Name, string Metric)[] metrics) =>
        Chart(stage, title, up, note, isFromZero: true, scale: 100, metrics);

    private static Chart? Lines(StageHistory stage, string title, string up, string note, bool isFromZero, params (string Name, string Metric)[] metrics) =>
        Chart(stage, title, up, note, isFromZero, scale: 1, metrics);

    private static Chart? Chart(StageHistory stage, string title, string up, string note, bool isFromZero, double scale, (string Name, string Metric)[] metrics)
    {
        ChartLine[] lines =
        [
            .. metrics.Where(metric => stage[metric.Metric].Points.Count > 0)
                .Select(metric => new ChartLine(metric.Name, [.. Points(stage[metric.Metric], scale)]) { IsMarked = metric.Metric == MetricNames.ValidationLoss }),
        ];
        return lines.Length > 0 ? new Chart(title, Across, up, lines) { Note = note, IsFromZero = isFromZero } : null;
    }

    private static IEnumerable<ChartPoint> Points(MetricSeries series, double scale = 1) =>
        series.Thinned(MostPoints).Select(span => new ChartPoint(span.Step, scale * span.Mean, scale * span.Lowest, scale * span.Highest));
}
