using System.Collections.Concurrent;
using System.Diagnostics;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Demonstrate;

/// <summary>Writes demonstrations and, of the same pass, recommendations; both files are whole or not there.</summary>
internal sealed class DemonstrationWriter(DemonstrateOptions options, DemonstrationTransformer fitted, TextWriter output, TimeProvider clock)
{
    // How far one file may be ahead of the other.
    private const int Between = 256;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly long _began = clock.GetTimestamp();
    private long _lastLine = clock.GetTimestamp();
    private int _lists, _demonstrations;

    /// <summary>Builds and writes.</summary>
    public async Task WriteAsync(IEnumerable<Dialogue> dialogues, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var lists = new BlockingCollection<RecommendationList>(Between);
        var recommending = options.Recommendations is { } path
            ? Task.Run(() => RecommendationFile.Write(path, lists.GetConsumingEnumerable(stop.Token)), CancellationToken.None)
            : Task.CompletedTask;
        try
        {
            WriteDemonstrations(Built(dialogues, lists, stop.Token));
            lists.CompleteAdding();
        }
        catch
        {
            await stop.CancelAsync();
            await recommending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the first failure is the one to tell
            throw;
        }

        await recommending;
        Tell();
    }

    private void WriteDemonstrations(IEnumerable<Demonstration> built)
    {
        var imitated = built.Where(demonstration => fitted.IsImitated(demonstration.Dialogue)).Select(demonstration =>
        {
            _demonstrations++;
            return demonstration;
        });
        if (options.Output is { } path)
            DemonstrationFile.Write(path, imitated, new DemonstrationFileOptions { ListLength = options.Building.ListLength });
        else
            _demonstrations = imitated.Count();
    }

    private IEnumerable<Demonstration> Built(IEnumerable<Dialogue> dialogues, BlockingCollection<RecommendationList> lists, CancellationToken cancellation)
    {
        foreach (var demonstration in fitted.BuildAsync(dialogues, cancellation).ToBlockingEnumerable(cancellation))
        {
            if (options.Recommendations is not null)
                lists.Add(new RecommendationList(demonstration.Id, demonstration.Items), cancellation);
            _lists++;
            if (clock.GetElapsedTime(_lastLine) >= Interval)
            {
                _lastLine = clock.GetTimestamp();
                output.WriteLine($"  {_lists:N0} dialogues, {_lists / clock.GetElapsedTime(_began).TotalSeconds:N1} a second");
            }

            yield return demonstration;
        }
    }

    private void Tell()
    {
        var seconds = Math.Max(clock.GetElapsedTime(_began).TotalSeconds, 1e-3);
        using var process = Process.GetCurrentProcess();
        output.WriteLine(
            $"{_lists:N0} dialogues in {seconds:N1} s, {_lists / seconds:N1} lists/s; most memory {process.PeakWorkingSet64 / 1e6:N0} MB.");
        output.WriteLine($"Teacher's lists: {fitted.Lists.Describe()}");
        if (options.Output is { } path)
            output.WriteLine($"{path}: {_demonstrations:N0} demonstrations.");
        if (options.Recommendations is { } lists)
            output.WriteLine($"{lists}: {_lists:N0} lists.");
    }
}
