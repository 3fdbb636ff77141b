using System.Globalization;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Watch;

/// <summary>The gradient's norm was over 10 times the median of at least 20 steps before for 3 steps on end; clipping takes care of a single one.</summary>
/// <remarks>Steps that teach nothing have no gradient, and don't count.</remarks>
internal sealed class GradientGrowth : ISign
{
    private const int Steps = 20, OnEnd = 3;
    private const double Factor = 10;
    private readonly RunningMedian _earlier = new();
    private readonly Window _times = new(OnEnd);

    public string Kind => "gradient norm";

    public string? See(TrainingProgress step)
    {
        if (step.GradientNorm == 0)
            return null;
        var (count, median) = (_earlier.Count, _earlier.Value);
        _earlier.Add(step.GradientNorm);
        if (count < Steps)
            return null;
        _times.Add(step.GradientNorm / median);
        var options = step.Stage == SftLoop.Stage ? nameof(SftOptions) : nameof(RankGrpoOptions);
        return _times.IsFull && _times.Least > Factor
            ? string.Create(CultureInfo.InvariantCulture,
                $"The gradient's norm was over {Factor} times its median so far ({median:0.000}) for {OnEnd} steps, now {step.GradientNorm:0.000}; lower {options}.{nameof(SftOptions.LearningRate)} or {nameof(SftOptions.GradientClip)}, or raise {nameof(SftOptions.WarmupRatio)}.")
            : null;
    }
}
