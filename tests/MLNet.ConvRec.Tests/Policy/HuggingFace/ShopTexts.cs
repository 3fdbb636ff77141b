using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>What real shops hold, where <c>shared/data</c> is there: list lines of the catalogs and turns of ReDial.</summary>
internal static class ShopTexts
{
    /// <summary>Each text once.</summary>
    public static IEnumerable<string> All() => GoldenFiles.DataFolder is { } data
        ? Lines(Path.Combine(data, "catalogs")).Concat(Turns(Path.Combine(data, "dialogues", "redial"))).Distinct(StringComparer.Ordinal)
        : [];

    private static IEnumerable<string> Lines(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)
        from item in ItemCatalog.Load(path).Items
        select ListLine.Format(item.Title, item.Year);

    private static IEnumerable<string> Turns(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*valid*").Order(StringComparer.Ordinal)
        from dialogue in DialogueFile.Read(path)
        from turn in dialogue.Turns
        select turn.Text;
}
