namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary>What a step measured, by name.</summary>
internal static class StepMetrics
{
    /// <summary>Returns what was measured; what was not is left out. Times are in seconds.</summary>
    public static IEnumerable<(string Name, double Value)> Of(TrainingProgress progress) =>
        Training(progress).Concat(OfRollouts(progress)).Concat(OfTimes(progress.Times))
            .Where(metric => metric.Value is not null).Select(metric => (metric.Name, metric.Value!.Value));

    private static IEnumerable<(string Name, double? Value)> Training(TrainingProgress progress) =>
    [
        (MetricNames.Loss, progress.Loss),
        (MetricNames.GradientNorm, progress.GradientNorm),
        (MetricNames.LearningRate, progress.LearningRate),
        (MetricNames.Entropy, progress.Entropy),
        (MetricNames.Divergence, progress.Update?.Divergence),
        (MetricNames.ClippedLow, progress.Update?.ClippedLow),
        (MetricNames.ClippedHigh, progress.Update?.ClippedHigh),
        (MetricNames.Clipped, progress.Update?.ClippedLow + progress.Update?.ClippedHigh),
        (MetricNames.ValidationNdcg, progress.ValidationNdcg),
        (MetricNames.ValidationNdcgAtStart, progress.ValidationNdcgAtStart),
        (MetricNames.ValidationLoss, progress.ValidationLoss),
    ];

    private static IEnumerable<(string Name, double? Value)> OfRollouts(TrainingProgress progress)
    {
        var rollouts = progress.Rollouts;
        return
        [
            (MetricNames.Recall, rollouts?.Recall ?? progress.Reward),
            (MetricNames.Reward, rollouts?.Reward),
            (MetricNames.RewardDeviation, rollouts?.RewardDeviation),
            (MetricNames.ZeroDeviationShare, rollouts?.ZeroDeviationShare),
            (MetricNames.InCatalogShare, rollouts?.InCatalogShare),
            (MetricNames.RepeatShare, rollouts?.RepeatShare),
            (MetricNames.MeanLength, rollouts?.Length.Mean),
            (MetricNames.MinLength, rollouts?.Length.Min),
            (MetricNames.MaxLength, rollouts?.Length.Max),
            (MetricNames.TruncatedShare, rollouts?.TruncatedShare),
        ];
    }

    private static IEnumerable<(string Name, double? Value)> OfTimes(StepTimes? times) =>
    [
        (MetricNames.StepTime, times?.Step.TotalSeconds),
        (MetricNames.RolloutsTime, times is { Rollouts.Ticks: > 0 } ? times.Rollouts.TotalSeconds : null),
        (MetricNames.UpdateTime, times?.Update.TotalSeconds),
        (MetricNames.ValidationTime, times is { Validation.Ticks: > 0 } ? times.Validation.TotalSeconds : null),
    ];
}
