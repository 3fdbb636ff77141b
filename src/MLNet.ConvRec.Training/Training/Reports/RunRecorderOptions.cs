namespace MLNet.ConvRec.Training.Reports;

/// <summary>Options of a <see cref="RunRecorder"/>.</summary>
public sealed record RunRecorderOptions
{
    /// <summary>
    /// Whether the run goes on from a checkpoint: what the folder holds stays, but for the steps that are made again. The default is <see langword="false"/>:
    /// an earlier run's metrics, events, completions and report are deleted.
    /// </summary>
    public bool IsContinued { get; init; }

    /// <summary>What the report says about the run, such as its data and its seed, in this order. The default is nothing.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];
}
