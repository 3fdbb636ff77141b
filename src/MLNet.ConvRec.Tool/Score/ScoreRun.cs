using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>Scores dialogues by a saved model: file to file, row by row, in constant memory.</summary>
/// <remarks>Touches nothing of training, so that it runs where libtorch can't.</remarks>
internal static class ScoreRun
{
    /// <summary>Writes the recommendations and tells how it went.</summary>
    /// <returns>The exit code 0: the output is whole.</returns>
    public static int Run(ScoreOptions options, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken cancellation)
    {
        options.Validate();
        var skippedLines = 0;
        void Skip(InvalidLine line)
        {
            skippedLines++;
            error.WriteLine($"{line} Left out.");
        }

        var dialogues = DialogueInput.Read(options.Input, options.SkipInvalid ? Skip : null, cancellation);
        var ml = new MLContext();
        var model = RecommenderModel.Load(ml, options.Model);
        using var sessions = model as IDisposable;
        var count = new ScoreProgress(output, clock);
        var lists = model.Transform(ml.Data.LoadDialogues(dialogues)).ReadRecommendations();
        RecommendationFile.Write(options.Output, Counted(lists, count, cancellation));
        output.WriteLine($"{options.Output}: {count.Summary}.");
        if (options.SkipInvalid)
            error.WriteLine($"{skippedLines:N0} malformed line{(skippedLines == 1 ? "" : "s")} left out.");
        return 0;
    }

    private static IEnumerable<RecommendationList> Counted(
        IEnumerable<RecommendationList> lists, ScoreProgress progress, CancellationToken cancellation)
    {
        foreach (var list in lists)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return list;
            progress.Next();
        }
    }
}
