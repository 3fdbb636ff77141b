using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// A simulated teacher that lists what train names together: an upper reference that already knows the shop, no black box.
/// </summary>
/// <remarks>A conversation of train doesn't count for itself. Safe for use from several threads.</remarks>
public sealed class TogetherTeacher : ITeacher
{
    private readonly NamedTogether _together;
    private readonly int _listLength;

    private TogetherTeacher(NamedTogether together, int listLength)
    {
        _together = together;
        _listLength = listLength;
    }

    /// <inheritdoc/>
    public string Name => "together (simulated)";

    /// <inheritdoc/>
    public bool IsSimulated => true;

    /// <summary>Counts what train names together.</summary>
    /// <param name="train">The dialogues of train.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="listLength">The length of its lists, 1 or more.</param>
    public static TogetherTeacher Fit(IEnumerable<Dialogue> train, ItemCatalog catalog, int listLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(listLength, 1);
        return new TogetherTeacher(NamedTogether.Fit(train, catalog), listLength);
    }

    /// <inheritdoc/>
    public ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        var lines = _together.Rank(dialogue, _listLength)
            .Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Rank}. {ListLine.Format(item.Title, item.Year)}"));
        return ValueTask.FromResult(new TeacherList(dialogue.Id, Name, [.. lines]));
    }
}
