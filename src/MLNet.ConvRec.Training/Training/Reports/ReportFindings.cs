namespace MLNet.ConvRec.Training.Reports;

/// <summary>What an evaluation found, which a report shows before how the training went. What is empty is left out of the page.</summary>
/// <remarks>Immutable. All text is shown as text: no title and no message is ever read as a tag.</remarks>
public sealed record ReportFindings
{
    /// <summary>For a reader who knows nothing of the run: what was trained on what, and which system is best. The default is nothing.</summary>
    public string Conclusion { get; init; } = "";

    /// <summary>What the numbers were taken over and what their intervals are. The default is nothing.</summary>
    public string Basis { get; init; } = "";

    /// <summary>The rows of the table, in its order, all with the same metrics. The default is none.</summary>
    public IReadOnlyList<ReportSystem> Systems { get; init; } = [];

    /// <summary>What each step of the method adds to another; the first rung adds to nothing. The default is none.</summary>
    public IReadOnlyList<ReportRung> Ladder { get; init; } = [];

    /// <summary>Dialogues to read with the lists for them. The default is none.</summary>
    public IReadOnlyList<ReportExample> Examples { get; init; } = [];

    /// <summary>How these examples were chosen. The default is nothing.</summary>
    public string ExampleChoice { get; init; } = "";

    /// <summary>Curves of several trainings; those of a run of its own a <see cref="RunRecorder"/> draws without being told. The default is none.</summary>
    public IReadOnlyList<ReportCurves> Curves { get; init; } = [];
}
