using MLNet.ConvRec.Training;

namespace QuickStart;

/// <summary>Puts the trainers' reports into words for the display, and keeps them for the run's own report.</summary>
internal sealed class StageProgress(IProgress<Terminal.TrainingProgress> display, IProgress<TrainingProgress> recorder) : IProgress<TrainingProgress>
{
    private double? _validation;

    public void Report(TrainingProgress value)
    {
        recorder.Report(value);
        _validation = value.ValidationNdcg ?? _validation;
        var text = value.Reward is { } recall
            ? $"recall sampled {recall:F3}" + ((_validation ?? value.ValidationNdcgAtStart) is { } ndcg ? $", NDCG valid {ndcg:F3} (from {value.ValidationNdcgAtStart:F3})" : "")
            : $"loss {value.Loss:F3}";

        // A time budget may end a stage before its last step: the bar shows the share that is done in percent, the text the steps really taken.
        display.Report(new Terminal.TrainingProgress(value.Stage, (int)Math.Round(100 * value.Fraction), 100, $"step {value.Step}, {text}"));
    }
}
