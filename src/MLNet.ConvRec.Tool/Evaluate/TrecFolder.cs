using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The folder of <c>--trec</c>: <c>qrels</c>, and <c>NAME.run</c> for each system.</summary>
internal static class TrecFolder
{
    /// <summary>Writes it.</summary>
    public static void Write(
        string folder, IEnumerable<NamedLists> systems, IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog, EvaluationOptions options)
    {
        Directory.CreateDirectory(folder);
        TrecQrels.Write(Path.Combine(folder, "qrels"), dialogues);
        // A system that is named by its path stays one file in this folder.
        foreach (var (name, lists, _) in systems)
            TrecRun.Write(Path.Combine(folder, $"{Uri.EscapeDataString(name)}.run"), name, lists, dialogues, catalog, options);
    }
}
