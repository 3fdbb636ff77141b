using System.Globalization;
using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Training.Watch;

/// <summary>The divergence from the reference policy is over 1 nat a token, or over 0.1 and over 10 times the median of at least 10 steps before.</summary>
internal sealed class DivergenceGrowth : ISign
{
    private const int Steps = 10;
    private const double Factor = 10, Least = 0.1, Most = 1;
    private readonly RunningMedian _earlier = new();

    public string Kind => "divergence";

    public string? See(TrainingProgress step)
    {
        if (step.Update?.Divergence is not { } divergence)
            return null;
        var (count, median) = (_earlier.Count, _earlier.Value);
        _earlier.Add(divergence);
        var isGrown = count >= Steps && divergence > Least && divergence > Factor * median;
        return divergence > Most || isGrown
            ? string.Create(CultureInfo.InvariantCulture,
                $"The divergence from the policy at the start is {divergence:0.000} nats a token (median so far {median:0.000}); lower {nameof(RankGrpoOptions)}.{nameof(RankGrpoOptions.LearningRate)}, or raise {nameof(RankGrpoOptions.KlCoefficient)}.")
            : null;
    }
}
