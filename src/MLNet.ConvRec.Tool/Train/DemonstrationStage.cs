using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Turns the teacher's lists into demonstrations.</summary>
internal sealed class DemonstrationStage(MLContext ml, TrainData data, ITeacher teacher, TextWriter output, CancellationToken cancellation)
{
    /// <summary>Returns the dialogues of train, and copies of imitated ones, with their demonstrations, held in memory.</summary>
    public IDataView Run(DemonstrationOptions options)
    {
        output.WriteLine($"Demonstrations from the teacher {teacher.Name}.");
        ml.Log += Tell;
        try
        {
            // A fit has no way to be stopped from outside; a stopped run leaves it behind.
            return Task.Run(() => Build(options), cancellation).WaitAsync(cancellation).GetAwaiter().GetResult();
        }
        finally
        {
            ml.Log -= Tell;
        }
    }

    private IDataView Build(DemonstrationOptions options)
    {
        var builder = ml.Transforms.ConvRec.BuildDemonstrations(data.Catalog, teacher, options).Fit(ml.Data.LoadDialogues(data.Train));
        var dialogues = ItemSubstitution.Extend(data.Train, data.Catalog, options);
        var rows = ml.Data.Cache(builder.Transform(ml.Data.LoadDialogues(dialogues)));

        // Read once here, so that the teacher is asked in this stage and not in the time of the next.
        var count = rows.GetColumn<string[]>(ConvRecColumns.Demonstration).Count(lines => lines.Length > 0);
        if (count == 0)
        {
            throw new InvalidDataException(
                $"No dialogue of train is among the {100 * options.Share:F0}% that are imitated, of {data.Train.Count:N0}; give more.");
        }

        if (teacher is RecordedTeacher { MissingCount: > 0 and var missing })
            output.WriteLine($"  {missing:N0} times a dialogue had no recorded list.");
        var copies = dialogues.Count - data.Train.Count;
        output.WriteLine($"  {count:N0} demonstrations, {copies:N0} of them for dialogues with other items put in.");
        return rows;
    }

    private void Tell(object? sender, LoggingEventArgs told)
    {
        if (told.Kind == ChannelMessageKind.Info && told.Source.Contains(nameof(DemonstrationEstimator), StringComparison.Ordinal))
            output.WriteLine($"  {told.RawMessage}");
    }
}
