using Microsoft.ML;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The folder of a run: <c>model.zip</c>, <c>policy/</c>, what a recorder keeps; until the model is whole, <c>checkpoints/</c>.</summary>
internal sealed class RunFolder(string folder)
{
    /// <summary>The name of the folder of checkpoints.</summary>
    public const string Checkpoints = "checkpoints";

    /// <summary>Whether the run was interrupted.</summary>
    public bool HasCheckpoints => Directory.Exists(CheckpointsFolder);

    public string ModelPath => Path.Combine(folder, "model.zip");

    public string PolicyFolder => Path.Combine(folder, "policy");

    public string ReportPath => Path.Combine(folder, "report.html");

    private string CheckpointsFolder => Path.Combine(folder, Checkpoints);

    private string RemovedFolder => CheckpointsFolder + ".removed";

    /// <summary>Where a stage saves its checkpoints.</summary>
    public string CheckpointsOf(string stage) => Path.Combine(CheckpointsFolder, stage);

    /// <summary>Makes the folder if it is not there.</summary>
    public void Create()
    {
        Directory.CreateDirectory(folder);
        DeleteRemoved();
    }

    /// <summary>Saves what was trained; each part is whole or as it was before. Then checkpoints have done their work and go.</summary>
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
        if (HasCheckpoints)
            Directory.Move(CheckpointsFolder, RemovedFolder); // all at once: half of them would be a run to resume
        DeleteRemoved();
    }

    private void DeleteRemoved()
    {
        if (Directory.Exists(RemovedFolder))
            Directory.Delete(RemovedFolder, recursive: true);
    }
}
