using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Reports.Files;
using MLNet.ConvRec.Training.Reports.Page;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Reports;

/// <summary>Keeps a run's progress in a folder: <c>metrics.jsonl</c>, <c>tensorboard/</c>, <c>completions/</c>, and <c>report.html</c> at the end.</summary>
/// <remarks>
/// Give it to the stages of one run as <see cref="SftOptions.Progress"/> and <see cref="RankGrpoOptions.Progress"/>, and dispose it when they are done or were
/// stopped: that writes the report. Each step is on the disk when <see cref="Report"/> returns. A run that goes on from a checkpoint has each step once. Not
/// for several threads at a time.
/// </remarks>
public sealed class RunRecorder : IProgress<TrainingProgress>, IDisposable
{
    private readonly RunRecorderOptions _options;
    private readonly RunFiles _files;
    private readonly TimeProvider _clock;
    private readonly MetricsFile _metrics;
    private readonly Dictionary<string, EventFile> _events = [];
    private readonly List<StageOptions> _described = [];
    private readonly List<KeyValuePair<string, string>> _facts;
    private ReportFindings? _findings;
    private string _stopped = "";
    private bool _isEnded;

    /// <summary>Begins to keep a run.</summary>
    /// <param name="folder">The run's folder; made if it is not there.</param>
    /// <param name="options">Options.</param>
    public RunRecorder(string folder, RunRecorderOptions? options = null)
        : this(folder, options ?? new RunRecorderOptions(), TimeProvider.System)
    {
    }

    internal RunRecorder(string folder, RunRecorderOptions options, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        (_options, _files, _clock) = (options, new RunFiles(folder), clock);
        _facts = [.. options.Facts];
        Directory.CreateDirectory(folder);
        if (!options.IsContinued)
            _files.Delete();
        _metrics = new MetricsFile(_files.Metrics);
    }

    /// <summary>Steps kept by this recorder.</summary>
    public int Count { get; private set; }

    /// <summary>Says with which options a stage is run; the report lists them.</summary>
    /// <param name="options">The options.</param>
    public void Describe(SftOptions options) => Describe("sft", options);

    /// <summary>Says with which options a stage is run; the report lists them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="stage">The stage: <c>rank-grpo</c>, <c>grpo</c> or <c>gspo</c>.</param>
    public void Describe(RankGrpoOptions options, string stage = "rank-grpo") => Describe(stage, options);

    /// <summary>Adds what was not known when the run began, such as the hash of its model, to <see cref="RunRecorderOptions.Facts"/>.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="value">Its value.</param>
    public void AddFact(string name, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        _facts.Add(new(name, value));
    }

    /// <summary>Says what an evaluation of the run found; the report begins with it. What was said last holds.</summary>
    /// <param name="findings">What was found.</param>
    public void Found(ReportFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        _findings = findings;
    }

    /// <summary>Says why the run ended before its time; the report tells it on top.</summary>
    /// <param name="why">A sentence.</param>
    public void Stopped(string why)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(why);
        _stopped = why;
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        ObjectDisposedException.ThrowIf(_isEnded, this);
        if (!_events.TryGetValue(value.Stage, out var events))
            events = Begin(value);
        _metrics.Append(value);
        events.Append(value);
        _files.Completions.Write(value);
        Count++;
    }

    /// <summary>Ends the run and writes its report, if a step was ever kept.</summary>
    /// <exception cref="IOException">The report can't be written.</exception>
    public void Dispose()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        _metrics.Dispose();
        foreach (var events in _events.Values)
            events.Dispose();
        if (File.Exists(_files.Metrics))
            ReportPage.Write(_files, new RunDescription(_facts, _described, _clock.GetUtcNow(), _stopped, _findings));
    }

    // A resumed stage makes the steps after its checkpoint again.
    private EventFile Begin(TrainingProgress first)
    {
        if (_options.IsContinued)
        {
            _metrics.Drop(first.Stage, first.Step);
            _files.Completions.Drop(first.Stage, first.Step);
        }

        return _events[first.Stage] = EventFile.Begin(_files.EventsOf(first.Stage), first.Step, _clock);
    }

    private void Describe(string stage, object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _described.Add(new StageOptions(stage, [.. OptionText.Of(options)]));
    }
}
