using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Reports;

/// <summary>What a stage measured, read back from <c>metrics.jsonl</c>.</summary>
/// <param name="stage">The stage.</param>
internal sealed class StageHistory(string stage)
{
    private static readonly MetricSeries None = new();
    private readonly Dictionary<string, MetricSeries> _series = [];
    private readonly Dictionary<string, StageWarning> _warnings = [];
    private readonly List<(int Step, double[] Shares)> _relevance = [];

    /// <summary>The stage.</summary>
    public string Stage => stage;

    /// <summary>Whether the stage imitates; the others reinforce.</summary>
    public bool IsImitation => stage == "sft";

    /// <summary>The last step.</summary>
    public int LastStep { get; private set; }

    /// <summary>The steps that were planned.</summary>
    public int PlannedSteps { get; private set; }

    /// <summary>Time from the stage's begin to its last step.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>What was warned of.</summary>
    public IEnumerable<StageWarning> Warnings => _warnings.Values;

    /// <summary>The share of lists with a hit at each rank, at the steps that have it.</summary>
    public IReadOnlyList<(int Step, double[] Shares)> Relevance => _relevance;

    /// <summary>A measure by its name; without points where nobody took it.</summary>
    public MetricSeries this[string name] => _series.GetValueOrDefault(name, None);

    /// <summary>Reads a run's stages, in the order in which they began.</summary>
    /// <exception cref="InvalidDataException">A line can't be read; the sentence names it.</exception>
    public static IReadOnlyList<StageHistory> Read(string path)
    {
        var stages = new List<StageHistory>();
        foreach (var line in MetricsLine.Read(path))
        {
            var history = stages.Find(each => each.Stage == line.Stage);
            if (history is null)
                stages.Add(history = new StageHistory(line.Stage));
            history.Add(line);
        }

        return stages;
    }

    private void Add(MetricsLine line)
    {
        LastStep = line.Step;
        foreach (var (name, value) in line.Numbers())
        {
            if (name == MetricNames.Steps)
                PlannedSteps = (int)value;
            else if (name == MetricNames.Elapsed)
                Elapsed = TimeSpan.FromSeconds(value);
            else
                SeriesOf(name).Add(line.Step, value);
        }

        if (line.Relevance() is { Length: > 0 } shares)
            _relevance.Add((line.Step, shares));
        foreach (var warning in line.Warnings())
            _warnings[warning.Kind] = _warnings.TryGetValue(warning.Kind, out var earlier) ? earlier.Again(line.Step, warning) : StageWarning.First(line.Step, warning);
    }

    private MetricSeries SeriesOf(string name)
    {
        if (!_series.TryGetValue(name, out var series))
            _series.Add(name, series = new MetricSeries());
        return series;
    }
}

/// <summary>A kind of warning over a stage.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Message">The newest sentence about it.</param>
/// <param name="FirstStep">When it began.</param>
/// <param name="LastStep">When it was last seen.</param>
/// <param name="Count">At how many steps.</param>
internal sealed record StageWarning(string Kind, string Message, int FirstStep, int LastStep, int Count)
{
    public static StageWarning First(int step, TrainingWarning warning) => new(warning.Kind, warning.Message, step, step, 1);

    public StageWarning Again(int step, TrainingWarning warning) => this with { Message = warning.Message, LastStep = step, Count = Count + 1 };
}
