using System.Globalization;
using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Training.Watch;

/// <summary>The share of lines that name a catalog item, over the last 10 steps, is under 80% of what it was over the first 10: a free policy forgets the catalog.</summary>
/// <remarks>A policy that never knew it, under 5% at first, has nothing to forget.</remarks>
internal sealed class CatalogLoss : ISign
{
    private const int Steps = 10;
    private const double Kept = 0.8, Known = 0.05;
    private readonly Window _first = new(Steps), _last = new(Steps);

    public string Kind => "in-catalog share";

    public string? See(TrainingProgress step)
    {
        if (step.Rollouts is not { } rollouts)
            return null;
        if (!_first.IsFull)
            _first.Add(rollouts.InCatalogShare);
        _last.Add(rollouts.InCatalogShare);
        return _first.IsFull && _first.Mean >= Known && _last.Mean < Kept * _first.Mean
            ? string.Create(CultureInfo.InvariantCulture,
                $"{_last.Mean:0.0%} of the lines of the last {Steps} steps name a catalog item, after {_first.Mean:0.0%} in the first {Steps}; lower {nameof(RankGrpoOptions)}.{nameof(RankGrpoOptions.LearningRate)}, raise {nameof(RankGrpoOptions.KlCoefficient)}, or set {nameof(RankGrpoOptions.IsCatalogConstrained)}.")
            : null;
    }
}
