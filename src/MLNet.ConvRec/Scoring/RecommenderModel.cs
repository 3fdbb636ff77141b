using System.Reflection;
using Microsoft.ML;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>Loads a saved recommender, <c>model.zip</c>.</summary>
/// <remarks>
/// <c>mlContext.Model.Load</c> loads it as well; this one says in a sentence what is wrong with a file or a GPU. GPU and threads are the host's,
/// not the file's: set <c>mlContext.GpuDeviceId</c> and <c>FallbackToCpu</c>, and for ONNX Runtime's threads, before loading,
/// <c>mlContext.SetOnnxSessionOption(new() { CreateSessionOptions = () => new SessionOptions { IntraOpNumThreads = 1 } })</c>.
/// </remarks>
public static class RecommenderModel
{
    /// <summary>Loads a recommender.</summary>
    /// <param name="ml">The context to load into.</param>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <returns>
    /// A transformer from dialogues to <see cref="ConvRecColumns.Recommendations"/> and its like; safe for use from several threads.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is cut short, or no recommender; the sentence names it.</exception>
    /// <exception cref="GpuUnavailableException">The GPU that is asked for can't be used, and <c>ml.FallbackToCpu</c> isn't set.</exception>
    public static ITransformer Load(MLContext ml, string path)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw Missing(path);
        using var device = ScoringDevice.Enter(ml.Transforms.ConvRec.Environment);
        var model = new OptionalColumns(ml.Transforms, Open(ml, path, out var schema));
        if (schema is not null && model.GetOutputSchema(schema).GetColumnOrNull(ConvRecColumns.Recommendations) is null)
            throw new InvalidDataException($"{path}: holds an ML.NET model, but no recommender; give the model.zip that training wrote.");
        return model;
    }

    /// <summary>Loads a recommender that scores in batches, on all cores or on a GPU; leaves nothing in the temporary folder.</summary>
    /// <param name="ml">The context to load into; its <c>GpuDeviceId</c>, <c>FallbackToCpu</c> and <c>CancelExecution</c> are obeyed.</param>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> wrote: a recommender alone, without stages of your own around it.</param>
    /// <param name="options">Batch size, concurrency, length of a list, GPU, cancellation; <see langword="null"/>: the defaults.</param>
    /// <returns>A transformer with the same columns and lists as <see cref="Load(MLContext, string)"/> gives; dispose of it.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or no recommender alone; the sentence names it.</exception>
    /// <exception cref="GpuUnavailableException">The GPU that is asked for can't be used, and <c>ml.FallbackToCpu</c> isn't set.</exception>
    public static RecommenderTransformer Load(MLContext ml, string path, RecommenderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(path);
        options ??= new RecommenderOptions();
        options.Validate();
        return File.Exists(path) ? new RecommenderTransformer(ml, RecommenderArchive.Read(path, isAlone: true), options, path) : throw Missing(path);
    }

    /// <summary>Reads what a saved recommender was made of: policy and catalog, to export it or to build it over another catalog.</summary>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is cut short, no recommender, or of an earlier version; the sentence names it.</exception>
    public static RecommenderParts LoadParts(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return File.Exists(path) ? SavedParts.Read(path) : throw Missing(path);
    }

    private static FileNotFoundException Missing(string path) =>
        new($"{path}: no such file; give the model.zip that training wrote.", path);

    // ML.NET tells of a file that is no zip, of a zip that is no model, and of a part that can't be made, by these three.
    private static ITransformer Open(MLContext ml, string path, out DataViewSchema? schema)
    {
        try
        {
            return ml.Model.Load(path, out schema);
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or TargetInvocationException)
        {
            var cause = fault.GetBaseException().Message.TrimEnd('.');
            throw new InvalidDataException($"{path}: is cut short, damaged or no saved model ({cause}); copy or train it again.", fault);
        }
    }
}
