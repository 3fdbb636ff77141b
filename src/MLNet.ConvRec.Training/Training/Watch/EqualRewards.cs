using System.Globalization;
using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Training.Watch;

/// <summary>Over 90% of the groups of the last 10 steps hold lists that all earned the same: nearly nothing is learned from.</summary>
internal sealed class EqualRewards : ISign
{
    private const int Steps = 10;
    private const double Most = 0.9, Rounding = 1e-9; // a mean of shares of 90% is a little more
    private readonly Window _window = new(Steps);

    public string Kind => "equal rewards";

    public string? See(TrainingProgress step)
    {
        if (step.Rollouts is not { } rollouts)
            return null;
        _window.Add(rollouts.ZeroDeviationShare);
        return _window.IsFull && _window.Mean > Most + Rounding
            ? string.Create(CultureInfo.InvariantCulture,
                $"In {_window.Mean:0.0%} of the groups of the last {Steps} steps all lists earned the same (mean reward {rollouts.Reward:0.000}), so that they teach nothing; raise {nameof(RankGrpoOptions)}.{nameof(RankGrpoOptions.GroupSize)} or {nameof(RankGrpoOptions.Temperature)}, or begin with a policy that hits now and then (Sft).")
            : null;
    }
}
