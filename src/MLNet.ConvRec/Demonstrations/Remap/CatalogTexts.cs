using System.Globalization;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>Tells of items that texts say little about.</summary>
internal static class CatalogTexts
{
    /// <summary>Returns a sentence about a catalog's items without text, or <see langword="null"/> where all have some.</summary>
    public static string? Describe(ItemCatalog catalog, ITextSimilarity text)
    {
        var titleAlone = catalog.Items.Count(item => item is { Genres.Count: 0, Directors.Count: 0, Stars.Count: 0 } && string.IsNullOrWhiteSpace(item.Plot));
        if (titleAlone == 0 && text.WithoutText == 0)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Texts: {titleAlone} of {catalog.Count} items have a title and nothing else, and are compared by that; {text.WithoutText} have nothing that "
            + $"can be compared, so that their similarity by text is 0. Genres, people or a plot in the catalog would help.");
    }
}
