using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>The row mapping behind <see cref="DemonstrationTransformer"/>.</summary>
internal static class DemonstrationMapping
{
    public static IEstimator<ITransformer> Estimator(TransformsCatalog transforms, Action<DialogueRow, AddedColumns> map) =>
        transforms.CustomMapping(map, contractName: null);

    public static void Map(FittedDemonstrations fitted, DialogueRow row, AddedColumns added)
    {
        var dialogue = row.ToDialogue();
        var items = fitted.IsImitated(dialogue)
            ? fitted.BuildAsync(dialogue, CancellationToken.None).AsTask().GetAwaiter().GetResult().Items
            : [];
        added.Demonstration = [.. items.Select(item => ListLine.Format(item.Title, item.Year))];
        added.DemonstrationScores = [.. items.Select(item => (float)item.Score)];
    }

    internal sealed class AddedColumns
    {
        public string[] Demonstration { get; set; } = [];

        public float[] DemonstrationScores { get; set; } = [];
    }
}
