using Microsoft.ML;
using Microsoft.Win32.SafeHandles;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>Scores dialogues by a saved model, in constant memory however many they are.</summary>
/// <remarks>Touches nothing of training, so that it runs where libtorch can't.</remarks>
internal sealed class ScoreRun : IDisposable
{
    private readonly ScoreOptions _options;
    private readonly IReadOnlyList<string> _inputs;
    private readonly ScoreFiles _files;
    private readonly RejectedLines? _rejected;
    private readonly TextWriter _told;
    private readonly TextWriter _error;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _cancellation;

    private ScoreRun(ScoreOptions options, IReadOnlyList<string> inputs, TextWriter told, TextWriter error, TimeProvider clock, CancellationToken cancellation)
    {
        (_options, _inputs, _told, _error, _clock, _cancellation) = (options, inputs, told, error, clock, cancellation);
        _files = new ScoreFiles(options.Output);
        _rejected = options.SkipInvalid ? new RejectedLines(options.IsFileOutput ? _files.Rejected : null, error) : null;
    }

    /// <summary>Writes the recommendations and tells how it went.</summary>
    /// <returns>The exit code 0: the output is whole.</returns>
    public static int Run(ScoreOptions options, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken cancellation)
    {
        var inputs = InputFiles.Of(options.Input);
        options.Validate(inputs);

        // Nothing but lists goes where the lists go.
        using var run = new ScoreRun(options, inputs, options.IsStandardOutput ? error : output, error, clock, cancellation);
        run.Score();
        return 0;
    }

    public void Dispose() => _rejected?.Dispose();

    private void Score()
    {
        var recommending = new RecommenderOptions { ListLength = _options.ListLength, GpuDeviceId = _options.Gpu, CancellationToken = _cancellation };
        using var model = RecommenderModel.Load(new MLContext(), _options.Model, recommending);
        var input = new DialogueInput(_inputs, _rejected is null ? null : _rejected.Add, _cancellation);
        var progress = new ScoreProgress(_told, _clock, () => input.ShareRead);
        IEnumerable<RecommendationList> ListsFrom(long first)
        {
            // The dialogues that are done are read, so that what is said of their lines is said again, but not scored.
            return Counted(model.RecommendFrom(Part(input.Read(), recommending.WindowSize), first), progress);
        }

        if (_options.IsFileOutput)
            WriteFile(ListsFrom);
        else
            WriteThrough(ListsFrom(0));
        _told.WriteLine($"{_options.Output}: {progress.Summary}.");
        _rejected?.Complete();
    }

    // A part has to know how many dialogues there are: they are read once more, which takes little beside scoring them.
    private IEnumerable<Dialogue> Part(IEnumerable<Dialogue> dialogues, int window)
    {
        if (_options.Shard == Shard.Whole)
            return dialogues;
        var counted = new DialogueInput(_inputs, _options.SkipInvalid ? _ => { } : null, _cancellation);
        return _options.Shard.Of(dialogues, counted.Read().LongCount(), window);
    }

    private void WriteFile(Func<long, IEnumerable<RecommendationList>> listsFrom)
    {
        using var partial = OpenPartial();
        try
        {
            partial.Add(listsFrom(partial.Count));
            partial.Complete();
        }
        catch
        {
            if (partial.Interrupt() is { } kept)
                _error.WriteLine(kept);
            _rejected?.Interrupt();
            throw;
        }
    }

    private PartialLists OpenPartial()
    {
        var identity = _inputs.All(InputFiles.IsRereadable) ? ScoreIdentity.Of(_options, _inputs, _cancellation) : null;
        if (!File.Exists(_files.Partial))
        {
            if (_options.Resume)
                _told.WriteLine("There is nothing to resume: it begins with the first dialogue.");
            return PartialLists.Begin(_files, identity);
        }

        if (!_options.Resume)
        {
            _told.WriteLine($"{_files.Partial}: the lists of an interrupted run are thrown away, and it begins anew; --resume would go on with them.");
            return PartialLists.Begin(_files, identity);
        }

        var partial = PartialLists.Resume(_files, identity!);
        _told.WriteLine($"{_files.Partial}: {partial.Count:N0} dialogue{(partial.Count == 1 ? " is" : "s are")} done; it goes on with the next.");
        return partial;
    }

    private void WriteThrough(IEnumerable<RecommendationList> lists)
    {
        if (!_options.IsStandardOutput)
        {
            RecommendationFile.Write(_options.Output, lists);
            return;
        }

        using var standard = OpenStandardOutput();
        try
        {
            RecommendationFile.Write(standard, lists);
        }
        catch (IOException problem)
        {
            throw new IOException($"--output {_options.Output}: standard output takes no more ({problem.Message}); the rest was not scored.", problem);
        }
    }

    // The console's own stream passes over that the reader of a pipe has gone. Only it leaves a file's position where the shell goes on.
    private static Stream OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var direct = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return direct.CanSeek ? Console.OpenStandardOutput() : direct;
    }

    private IEnumerable<RecommendationList> Counted(IEnumerable<RecommendationList> lists, ScoreProgress progress)
    {
        foreach (var list in lists)
        {
            _cancellation.ThrowIfCancellationRequested();
            yield return list;
            progress.Next();
        }
    }
}
