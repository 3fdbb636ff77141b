using MLNet.ConvRec.Training;

namespace ReproducePaper;

/// <summary>Remembers what a run reports by step.</summary>
internal sealed class CurveLog : IProgress<TrainingProgress>
{
    private readonly List<double> _curve = [], _looks = [], _outOfCatalog = [];
    private readonly List<int> _steps = [];

    /// <summary>Share of the lines asked for that name no item of the catalog, by step of reinforcement.</summary>
    public IReadOnlyList<double> OutOfCatalog => _outOfCatalog;

    public void Report(TrainingProgress value)
    {
        if (value.ValidationNdcgAtStart is { } start && _looks.Count == 0)
        {
            _steps.Add(0);
            _looks.Add(start);
        }

        _curve.Add(value.Reward ?? value.Loss);
        if (value.Rollouts is { } rollouts)
            _outOfCatalog.Add(1 - rollouts.InCatalogShare);
        if (value.ValidationNdcg is { } look)
        {
            _steps.Add(value.Step);
            _looks.Add(look);
        }
    }

    public RunRecord Record(string name, int seed, string setting) => new() { Name = name, Seed = seed, Setting = setting, Curve = _curve, LookSteps = _steps, Looks = _looks };
}
