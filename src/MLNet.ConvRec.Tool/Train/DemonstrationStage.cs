using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tool.Teachers;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Turns the teacher's lists into demonstrations.</summary>
internal sealed class DemonstrationStage(MLContext ml, TrainData data, TeacherSet teachers, TextWriter output, CancellationToken cancellation)
{
    /// <summary>Returns the dialogues of train, and copies of imitated ones, with their demonstrations, held in memory.</summary>
    public IDataView Run(DemonstrationOptions options)
    {
        output.WriteLine($"Demonstrations from the teacher {teachers.Teacher.Name}.");
        ml.Log += Tell;
        try
        {
            return Build(options with { CancellationToken = cancellation });
        }
        finally
        {
            ml.Log -= Tell;
        }
    }

    private IDataView Build(DemonstrationOptions options)
    {
        var builder = ml.Transforms.ConvRec
            .BuildDemonstrations(data.Catalog, teachers.Teacher, options, teachers.Judge, teachers.Embeddings)
            .Fit(ml.Data.LoadDialogues(data.Train));
        var dialogues = ItemSubstitution.Extend(data.Train, data.Catalog, options);
        var rows = ml.Data.Cache(builder.Transform(ml.Data.LoadDialogues(dialogues)));

        // Read once here, so that the teacher is asked in this stage and not in the time of the next.
        var count = rows.GetColumn<string[]>(ConvRecColumns.Demonstration).Count(lines => lines.Length > 0);
        if (count == 0)
        {
            throw new InvalidDataException(
                $"No dialogue of train is among the {100 * options.Share:F0}% that are imitated, of {data.Train.Count:N0}; give more.");
        }

        if (teachers.Teacher is RecordedTeacher { MissingCount: > 0 and var missing })
            output.WriteLine($"  {missing:N0} times a dialogue had no recorded list.");
        var copies = dialogues.Count - data.Train.Count;
        output.WriteLine($"  {count:N0} demonstrations, {copies:N0} of them for dialogues with other items put in.");
        foreach (var usage in teachers.Usage)
            output.WriteLine($"  {usage}");
        return rows;
    }

    private void Tell(object? sender, LoggingEventArgs told)
    {
        if (told.Kind == ChannelMessageKind.Info && told.Source.Contains(nameof(DemonstrationEstimator), StringComparison.Ordinal))
            output.WriteLine($"  {told.RawMessage}");
    }
}
