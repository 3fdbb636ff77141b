using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary>Where a run's progress is kept.</summary>
/// <param name="folder">The run's folder.</param>
internal sealed class RunFiles(string folder)
{
    /// <summary>The name of the run.</summary>
    public string Name { get; } = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>A line for each step.</summary>
    public string Metrics { get; } = Path.Combine(folder, "metrics.jsonl");

    /// <summary>The report.</summary>
    public string Report { get; } = Path.Combine(folder, "report.html");

    /// <summary>Sampled lists.</summary>
    public CompletionFiles Completions { get; } = new(Path.Combine(folder, "completions"));

    private string Events { get; } = Path.Combine(folder, "tensorboard");

    /// <summary>Returns where a stage's TensorBoard events are: a folder of its own, since each stage counts its steps from 1.</summary>
    public string EventsOf(string stage) => Path.Combine(Events, stage);

    /// <summary>Deletes what an earlier run left in them, and nothing else.</summary>
    public void Delete()
    {
        File.Delete(Metrics);
        File.Delete(Report);
        foreach (var file in Directory.Exists(Events) ? Directory.GetFiles(Events, EventFile.Pattern, SearchOption.AllDirectories) : [])
            File.Delete(file);
        Completions.Delete();
    }
}

/// <summary>What a report says about its run beside what was measured.</summary>
/// <param name="Facts">Data, seed and such.</param>
/// <param name="Options">The options of stages.</param>
/// <param name="Ended">When the run ended.</param>
/// <param name="Stopped">Why it ended before its time; empty where it did not.</param>
/// <param name="Findings">What an evaluation of it found; <see langword="null"/> without one.</param>
internal sealed record RunDescription(
    IReadOnlyList<KeyValuePair<string, string>> Facts, IReadOnlyList<StageOptions> Options, DateTimeOffset Ended, string Stopped, ReportFindings? Findings);

/// <summary>With which options a stage is run.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Options">Name and value of each option.</param>
internal sealed record StageOptions(string Stage, IReadOnlyList<(string Name, string Value)> Options);
