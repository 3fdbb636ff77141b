namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>A line as it was read, before years are chosen.</summary>
/// <param name="Name">The title as written, without numbering, quotes and year.</param>
/// <param name="Year">The year as written, or <see langword="null"/>.</param>
/// <param name="Items">
/// The items of that title that it may mean; one where there is no doubt, none for a name from outside.
/// </param>
internal sealed record LineReading(string Name, int? Year, IReadOnlyList<int> Items);
