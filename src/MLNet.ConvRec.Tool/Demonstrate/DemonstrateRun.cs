using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tool.Teachers;

namespace MLNet.ConvRec.Tool.Demonstrate;

/// <summary>Fits Remap-Reflect-Adjust to train and builds demonstrations of other dialogues: file to file, row by row.</summary>
internal static class DemonstrateRun
{
    /// <summary>Writes what is asked for and tells how it went.</summary>
    /// <returns>The exit code 0: every output is whole.</returns>
    public static async Task<int> RunAsync(DemonstrateOptions options, TextWriter output, TimeProvider clock, CancellationToken cancellation)
    {
        options.Validate();
        var catalog = ItemCatalog.Load(options.Catalog);
        Dialogue[] train = [.. DialogueFile.Read(options.Train)];
        var dialogues = DialogueFile.Read(options.Dialogues);
        using var teachers = TeacherSet.Load(options.Teachers, options.Building.WithoutHeldOut(train), catalog, options.Building.ListLength, options.Building.Seed);
        output.WriteLine($"{catalog.Count:N0} items, {train.Length:N0} dialogues of train; teacher {teachers.Teacher.Name}.");
        try
        {
            var fitted = Fit(catalog, train, teachers, options, output, cancellation);
            if (options.Explain is { } id)
                await ExplainAsync(fitted, dialogues, id, options.Dialogues, output, cancellation);
            if (options.Output is not null || options.Recommendations is not null)
                await new DemonstrationWriter(options, fitted, output, clock).WriteAsync(dialogues, cancellation);
        }
        finally
        {
            // After a failure too: what was spent is spent.
            foreach (var usage in teachers.Usage)
                output.WriteLine(usage);
            if (teachers.Teacher is RecordedTeacher { MissingCount: > 0 and var missing })
                output.WriteLine($"{missing:N0} times a dialogue had no recorded list; its demonstration is what train and the dialogue say.");
            if (teachers.Teacher is FallbackTeacher { FallbackCount: > 0 and var asked })
                output.WriteLine($"{asked:N0} times the second teacher was asked, since the first had no list.");
        }

        return 0;
    }

    private static DemonstrationTransformer Fit(
        ItemCatalog catalog, Dialogue[] train, TeacherSet teachers, DemonstrateOptions options, TextWriter output, CancellationToken cancellation)
    {
        var ml = new MLContext(options.Building.Seed);
        ml.Log += (_, told) =>
        {
            if (told.Kind == ChannelMessageKind.Info && told.Source.Contains(nameof(DemonstrationEstimator), StringComparison.Ordinal))
                output.WriteLine($"  {told.RawMessage}");
        };
        return ml.Transforms.ConvRec
            .BuildDemonstrations(catalog, teachers.Teacher, options.Building with { CancellationToken = cancellation }, teachers.Judge, teachers.Embeddings)
            .Fit(ml.Data.LoadDialogues(train));
    }

    private static async Task ExplainAsync(
        DemonstrationTransformer fitted, IEnumerable<Dialogue> dialogues, string id, string path, TextWriter output, CancellationToken cancellation)
    {
        var dialogue = dialogues.FirstOrDefault(dialogue => dialogue.Id == id)
            ?? throw new InvalidDataException($"{path}: there is no dialogue \"{id}\"; give the id of one of its lines.");
        new ExplanationText(output).Write(await fitted.ExplainAsync(dialogue, cancellation));
    }
}
