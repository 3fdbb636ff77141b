namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>A line of a teacher's list as it was read.</summary>
/// <param name="Name">The title as written, without numbering, quotes and year.</param>
/// <param name="Year">The year as written, or <see langword="null"/>.</param>
/// <param name="Item">The catalog item that the line names, or <see langword="null"/> for a name from outside.</param>
internal sealed record TeacherLine(string Name, int? Year, int? Item);

/// <summary>A teacher's list as it was read.</summary>
/// <param name="Lines">The lines that name something, by rank.</param>
/// <param name="UnreadLines">How many lines were passed over as prose or empty.</param>
internal sealed record ReadList(IReadOnlyList<TeacherLine> Lines, int UnreadLines)
{
    /// <summary>How many lines name an item of the catalog.</summary>
    public int LinkedLines => Lines.Count(line => line.Item is not null);

    /// <summary>How many lines name an item that an earlier line names.</summary>
    public int RepeatedLines => LinkedLines - Lines.Where(line => line.Item is not null).DistinctBy(line => line.Item).Count();
}
