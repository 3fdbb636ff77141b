using System.Globalization;
using Google.Protobuf;
using Tensorboard;

namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary>A file of TensorBoard's events; a folder may hold several, which are read in the order of their names.</summary>
/// <remarks>TorchSharp has the messages; its own <c>SummaryWriter</c> has neither a flush nor an end.</remarks>
internal sealed class EventFile : IDisposable
{
    /// <summary>What the files are called, with * for the rest.</summary>
    public const string Pattern = Prefix + "*";

    private const string Prefix = "events.out.tfevents.";
    private readonly TimeProvider _clock;
    private readonly FileStream _file;

    private EventFile(string path, TimeProvider clock)
    {
        _clock = clock;
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Add(new Event { FileVersion = "brain.Event:2" });
    }

    /// <summary>Begins a file. Where the folder has others, steps from this one on are said to be made again: TensorBoard forgets them.</summary>
    public static EventFile Begin(string folder, int step, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        var newest = Directory.EnumerateFiles(folder, Pattern).Select(SecondOf).DefaultIfEmpty(0).Max();
        var second = Math.Max(clock.GetUtcNow().ToUnixTimeSeconds(), newest + 1); // its name must sort after the others'
        var file = new EventFile(System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{second:D10}.convrec")), clock);
        if (newest > 0)
            file.Add(new Event { Step = step, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        return file;
    }

    /// <summary>Adds a step.</summary>
    public void Append(TrainingProgress progress)
    {
        var summary = new Summary();
        foreach (var (name, value) in StepMetrics.Of(progress).Concat(Relevance(progress)))
            summary.Value.Add(new Summary.Types.Value { Tag = name, SimpleValue = (float)value });
        Add(new Event { Step = progress.Step, Summary = summary });
    }

    public void Dispose() => _file.Dispose();

    private void Add(Event message)
    {
        message.WallTime = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        RecordFile.Append(_file, message.ToByteArray());
    }

    private static IEnumerable<(string Name, double Value)> Relevance(TrainingProgress progress) =>
        progress.Rollouts?.RelevanceByRank.Select((share, place) => (MetricNames.RelevanceAt(place + 1), share)) ?? [];

    private static long SecondOf(string path) =>
        long.TryParse(System.IO.Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? second : 0;
}
