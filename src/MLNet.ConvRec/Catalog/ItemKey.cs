using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Catalog;

/// <summary>The identity of an item: its normalised title and its year.</summary>
/// <param name="Title">The title in its normal form.</param>
/// <param name="Year">The year, or <see langword="null"/>.</param>
internal readonly record struct ItemKey(string Title, int? Year)
{
    /// <summary>Returns the identity of a reference. A title that carries its own year, <c>Arrival (2016)</c>, is the same item as Arrival of 2016: both write the same line.</summary>
    public static ItemKey Of(ItemReference item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var read = item.Year is null && ListLine.Parse(item.Title) is { } named ? named : item;
        return new ItemKey(TitleNormalization.Normalize(read.Title), read.Year);
    }
}
