using System.Globalization;

namespace MLNet.ConvRec.Dialogues;

/// <summary>A conversation up to the turn in which something is recommended.</summary>
/// <remarks>Immutable. <see cref="Turns"/> is never empty in a dialogue that a reader returned.</remarks>
public sealed record Dialogue
{
    /// <summary>
    /// Identifies the example. What stands before the last <c>-</c> identifies the conversation (see <see cref="ConversationId"/>).
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The turns in order; the last is usually the seeker's.</summary>
    public required IReadOnlyList<Turn> Turns { get; init; }

    /// <summary>
    /// Items already named in the dialogue, never recommended again; <see langword="null"/>: to be found in the text; empty: none.
    /// </summary>
    public IReadOnlyList<ItemReference>? Seen { get; init; }

    /// <summary>
    /// The items that alone may be listed, such as what is in stock, those of them that the catalog holds by title and year;
    /// <see langword="null"/> or empty: all items may. Where the catalog holds none of them, the list is empty.
    /// </summary>
    public IReadOnlyList<ItemReference>? Candidates { get; init; }

    /// <summary>The items that people really chose next; empty where unknown.</summary>
    public IReadOnlyList<ItemReference> GroundTruth { get; init; } = [];

    /// <summary>
    /// The conversation that this example was cut from: <see cref="Id"/> up to its last <c>-</c>, or all of it without one.
    /// </summary>
    /// <remarks>One conversation gives several examples; what is left out for one (leave one out) is left out for all of them.</remarks>
    public string ConversationId => ConversationOf(Id);

    /// <summary>Makes a dialogue of one seeker's message, with the items that it names to be found in the text.</summary>
    /// <param name="text">What the seeker wrote.</param>
    /// <param name="id">The identifier to carry through to the recommendations.</param>
    public static Dialogue FromUser(string text, string id = "dialogue") => new() { Id = id, Turns = [new Turn(Role.User, text)] };

    /// <summary>Returns the conversation of a dialogue's id.</summary>
    internal static string ConversationOf(string id) => id.LastIndexOf('-') is var cut and > 0 ? id[..cut] : id;
}

/// <summary>One side's message.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What was said. It is text: nothing in it ever becomes a control token.</param>
public sealed record Turn(Role Role, string Text);

/// <summary>Who speaks.</summary>
public enum Role
{
    /// <summary>The seeker.</summary>
    User,

    /// <summary>The recommender.</summary>
    Assistant,
}

/// <summary>A mention of an item by title and, where the domain has one, year.</summary>
/// <param name="Title">The title as written.</param>
/// <param name="Year">The year, or <see langword="null"/> where the domain has none or it is unknown.</param>
public sealed record ItemReference(string Title, int? Year = null)
{
    /// <summary>Returns the list line: <c>Title (Year)</c> with white space collapsed, or the bare title without a year.</summary>
    public override string ToString()
    {
        var name = string.Join(' ', Title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Year is { } year ? string.Create(CultureInfo.InvariantCulture, $"{name} ({year:D4})") : name;
    }
}
