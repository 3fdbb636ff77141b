using Microsoft.ML;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>Loads a saved recommender, <c>model.zip</c>.</summary>
/// <remarks>
/// <c>mlContext.Model.Load</c> loads it as well; this one says in a sentence what is wrong with a file. GPU and threads are the host's, not the file's:
/// set <c>mlContext.GpuDeviceId</c> and <c>FallbackToCpu</c>, and for ONNX Runtime's threads, before loading,
/// <c>mlContext.SetOnnxSessionOption(new OnnxSessionOptions { CreateSessionOptions = () => new SessionOptions { IntraOpNumThreads = 1 } })</c>.
/// </remarks>
public static class RecommenderModel
{
    /// <summary>Loads a recommender.</summary>
    /// <param name="ml">The context to load into.</param>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <returns>A transformer from dialogues to the columns <see cref="ConvRecColumns.Recommendations"/> and its like; safe for use from several threads.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is cut short, or no recommender; the sentence names it.</exception>
    public static ITransformer Load(MLContext ml, string path)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file; give the model.zip that training wrote.", path);
        var model = ml.Model.Load(path, out var schema);
        return model;
    }
}
