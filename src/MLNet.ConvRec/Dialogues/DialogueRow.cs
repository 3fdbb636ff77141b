namespace MLNet.ConvRec.Dialogues;

/// <summary>A dialogue as a row of an <c>IDataView</c>; the columns are those of <see cref="ConvRecColumns"/>.</summary>
/// <remarks>ML.NET fills and reads it by reflection, hence the arrays and setters. Elsewhere use <see cref="Dialogue"/>.</remarks>
public sealed class DialogueRow
{
    /// <summary>The dialogue's identifier.</summary>
    public string Id { get; set; } = "";

    /// <summary>Who speaks in each turn: <c>user</c> or <c>assistant</c>.</summary>
    public string[] Roles { get; set; } = [];

    /// <summary>What was said in each turn.</summary>
    public string[] Texts { get; set; } = [];

    /// <summary>Whether the seen items are given.</summary>
    public bool SeenKnown { get; set; }

    /// <summary>Titles of the seen items.</summary>
    public string[] SeenTitles { get; set; } = [];

    /// <summary>Their years; 0 for none.</summary>
    public int[] SeenYears { get; set; } = [];

    /// <summary>Titles of the items that alone may be listed; empty: all may.</summary>
    public string[] CandidateTitles { get; set; } = [];

    /// <summary>Their years; 0 for none.</summary>
    public int[] CandidateYears { get; set; } = [];

    /// <summary>Titles of the true items.</summary>
    public string[] GroundTruthTitles { get; set; } = [];

    /// <summary>Their years; 0 for none.</summary>
    public int[] GroundTruthYears { get; set; } = [];

    /// <summary>Makes a row of a dialogue.</summary>
    /// <param name="dialogue">The dialogue.</param>
    public static DialogueRow From(Dialogue dialogue)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        return new DialogueRow
        {
            Id = dialogue.Id,
            Roles = [.. dialogue.Turns.Select(turn => turn.Role == Role.User ? "user" : "assistant")],
            Texts = [.. dialogue.Turns.Select(turn => turn.Text)],
            SeenKnown = dialogue.Seen is not null,
            SeenTitles = [.. (dialogue.Seen ?? []).Select(item => item.Title)],
            SeenYears = [.. (dialogue.Seen ?? []).Select(item => item.Year ?? 0)],
            CandidateTitles = [.. (dialogue.Candidates ?? []).Select(item => item.Title)],
            CandidateYears = [.. (dialogue.Candidates ?? []).Select(item => item.Year ?? 0)],
            GroundTruthTitles = [.. dialogue.GroundTruth.Select(item => item.Title)],
            GroundTruthYears = [.. dialogue.GroundTruth.Select(item => item.Year ?? 0)],
        };
    }

    /// <summary>Makes the dialogue of this row.</summary>
    /// <exception cref="InvalidDataException">A role is unknown, or two columns that belong together differ in length.</exception>
    public Dialogue ToDialogue() => new()
    {
        Id = Id,
        Turns = Together(Roles, nameof(Roles), Texts, nameof(Texts), (role, text) => new Turn(RoleOf(role), text)),
        Seen = SeenKnown ? Together(SeenTitles, nameof(SeenTitles), SeenYears, nameof(SeenYears), Item) : null,
        Candidates = CandidateTitles.Length + CandidateYears.Length > 0
            ? Together(CandidateTitles, nameof(CandidateTitles), CandidateYears, nameof(CandidateYears), Item)
            : null,
        GroundTruth = Together(GroundTruthTitles, nameof(GroundTruthTitles), GroundTruthYears, nameof(GroundTruthYears), Item),
    };

    private static ItemReference Item(string title, int year) => new(title, year == 0 ? null : year);

    private Role RoleOf(string role) => role switch
    {
        "user" => Role.User,
        "assistant" => Role.Assistant,
        _ => throw new InvalidDataException(
            $"dialogue {Id}: unknown role \"{role}\" in column {nameof(Roles)}; use \"user\" or \"assistant\"."),
    };

    private TResult[] Together<TLeft, TRight, TResult>(
        TLeft[] left, string leftColumn, TRight[] right, string rightColumn, Func<TLeft, TRight, TResult> make) =>
        left.Length == right.Length
            ? [.. left.Zip(right, make)]
            : throw new InvalidDataException(
                $"dialogue {Id}: column {leftColumn} has {left.Length} values and {rightColumn} {right.Length}; give both as many.");
}
