using MLNet.ConvRec.Training;

namespace ReproducePaper;

/// <summary>Remembers what a run reports by step.</summary>
internal sealed class CurveLog : IProgress<TrainingProgress>
{
    private readonly List<double> _curve = [], _looks = [];
    private readonly List<int> _steps = [];

    public void Report(TrainingProgress value)
    {
        if (value.ValidationNdcgAtStart is { } start && _looks.Count == 0)
        {
            _steps.Add(0);
            _looks.Add(start);
        }

        _curve.Add(value.Reward ?? value.Loss);
        if (value.ValidationNdcg is { } look)
        {
            _steps.Add(value.Step);
            _looks.Add(look);
        }
    }

    public RunRecord Record(string name, int seed, string setting) => new() { Name = name, Seed = seed, Setting = setting, Curve = _curve, LookSteps = _steps, Looks = _looks };
}
