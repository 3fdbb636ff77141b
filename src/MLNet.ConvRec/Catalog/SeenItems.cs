using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>The items that a dialogue has already named: those it came with, otherwise those that the catalog's titles find in its text.</summary>
internal static class SeenItems
{
    /// <summary>Returns <see cref="Dialogue.Seen"/> where it is given, an empty one too; otherwise the linked items in the order of their first mention.</summary>
    public static IReadOnlyList<ItemReference> Of(Dialogue dialogue, ItemCatalog catalog) => dialogue.Seen ?? catalog.Linker.Link(dialogue.Turns);
}
