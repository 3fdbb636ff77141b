using Microsoft.ML;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The folder of a run: <c>model.zip</c>, <c>policy/</c>, <c>metrics.jsonl</c>.</summary>
internal sealed class RunFolder(string folder)
{
    public string ModelPath => Path.Combine(folder, "model.zip");

    public string PolicyFolder => Path.Combine(folder, "policy");

    public string MetricsPath => Path.Combine(folder, "metrics.jsonl");

    /// <summary>Makes the folder if it is not there.</summary>
    public void Create() => Directory.CreateDirectory(folder);

    /// <summary>Saves what was trained; each part is whole or as it was before.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="model">What was trained.</param>
    /// <param name="dialogues">The schema of its input.</param>
    public void Save(MLContext ml, PolicyTransformer model, DataViewSchema dialogues)
    {
        var partial = ModelPath + ".partial";
        try
        {
            ml.Model.Save(model, dialogues, partial);
            File.Move(partial, ModelPath, overwrite: true);
        }
        finally
        {
            // After the move there is nothing left to delete.
            File.Delete(partial);
        }

        model.Policy.Save(PolicyFolder);
    }
}
