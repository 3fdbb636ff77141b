using System.Globalization;
using Microsoft.Extensions.AI;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>All that is said to language models.</summary>
/// <remarks>
/// <c>{ITEM}</c> stands for <see cref="ItemKind"/>, <c>{DIALOGUE}</c> for the conversation, <c>{N}</c> for the length of a list, <c>{L}</c>
/// for the best grade and <c>{CANDIDATES}</c> for the numbered titles to grade.
/// </remarks>
public sealed record ChatPrompts
{
    /// <summary>Names these texts in reports. Whoever changes a text gives it another. The default is <c>1</c>.</summary>
    public string Version { get; init; } = "1";

    /// <summary>What the shop sells, in the singular. The default is <c>item</c>.</summary>
    public string ItemKind { get; init; } = "item";

    /// <summary>What the one who looks for something is called in the conversation. The default is <c>Seeker</c>.</summary>
    public string SeekerName { get; init; } = "Seeker";

    /// <summary>What the one who recommends is called in the conversation. The default is <c>Recommender</c>.</summary>
    public string RecommenderName { get; init; } = "Recommender";

    /// <summary>The system text for lists; empty leaves it out.</summary>
    public string TeacherSystem { get; init; } =
        "You advise the customers of a shop. You know everything of the kind \"{ITEM}\" that there is, old and new, famous and obscure.";

    /// <summary>The question for a list.</summary>
    public string TeacherAsk { get; init; } =
        """
        A conversation between a seeker and a recommender:

        {DIALOGUE}

        Which titles of the kind "{ITEM}" would this seeker like next? Name {N}, the best first, each on a line of its own as
        Title (Year)
        or only the title where there is no year. Leave out what the conversation already names. No numbering and no extra sentences.
        """;

    /// <summary>The system text for grades; empty leaves it out.</summary>
    public string JudgeSystem { get; init; } =
        "You judge recommendations of the kind \"{ITEM}\": strictly, by what this seeker says, and by nothing else.";

    /// <summary>The question for grades.</summary>
    public string JudgeAsk { get; init; } =
        """
        A conversation between a seeker and a recommender:

        {DIALOGUE}

        How well would each of these recommendations suit the seeker next?

        {CANDIDATES}

        Grade each with a whole number from -{L} (does not suit at all) to +{L} (suits perfectly); 0 if you cannot tell. The order of the
        recommendations means nothing. Answer with one line for each, its number and its grade, such as
        1: 0
        and no extra sentences.
        """;

    /// <summary>Checks the texts.</summary>
    /// <exception cref="ArgumentException">A text is missing, or lacks what stands for the conversation; the sentence names it.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Version), nameof(Version), "is blank; give the texts a name, such as \"1\".");
        Require(!string.IsNullOrWhiteSpace(ItemKind), nameof(ItemKind), "is blank; say what the shop sells, such as \"film\".");
        Require(!string.IsNullOrWhiteSpace(SeekerName), nameof(SeekerName), "is blank; give the seeker a name.");
        Require(!string.IsNullOrWhiteSpace(RecommenderName), nameof(RecommenderName), "is blank; give the recommender a name.");
        Require(TeacherSystem is not null, nameof(TeacherSystem), "is null; use an empty text to leave it out.");
        Require(JudgeSystem is not null, nameof(JudgeSystem), "is null; use an empty text to leave it out.");
        Require(Holds(TeacherAsk, "{DIALOGUE}"), nameof(TeacherAsk), "has no {DIALOGUE}; put it where the conversation belongs.");
        Require(Holds(JudgeAsk, "{DIALOGUE}"), nameof(JudgeAsk), "has no {DIALOGUE}; put it where the conversation belongs.");
        Require(Holds(JudgeAsk, "{CANDIDATES}"), nameof(JudgeAsk), "has no {CANDIDATES}; put it where the titles to grade belong.");
    }

    /// <summary>The messages that ask for a list.</summary>
    internal ChatMessage[] ForList(Dialogue dialogue, int listLength) =>
        Messages(TeacherSystem, TeacherAsk, ("{ITEM}", ItemKind), ("{N}", Text(listLength)), ("{DIALOGUE}", Transcript(dialogue)));

    /// <summary>The messages that ask for grades.</summary>
    internal ChatMessage[] ForGrades(Dialogue dialogue, IEnumerable<CatalogItem> candidates, int ratingScale)
    {
        var numbered = candidates.Select((item, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}. {item.Reference}"));
        return Messages(
            JudgeSystem,
            JudgeAsk,
            ("{ITEM}", ItemKind),
            ("{L}", Text(ratingScale)),
            ("{CANDIDATES}", string.Join('\n', numbered)),
            ("{DIALOGUE}", Transcript(dialogue)));
    }

    // One user message, a line a turn: as messages of their own the turns would draw the model into the conversation, servers that want
    // the roles to alternate would refuse some, and a turn of several lines here could pass for several turns.
    private string Transcript(Dialogue dialogue)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        return string.Join('\n', dialogue.Turns.Select(turn => $"{Speaker(turn.Role)}: {OneLine(turn.Text)}"));

        string Speaker(Role role) => role == Role.User ? SeekerName : RecommenderName;
    }

    private static ChatMessage[] Messages(string system, string ask, params (string Name, string Value)[] values)
    {
        var user = new ChatMessage(ChatRole.User, PromptText.Fill(ask, values));
        return system.Length == 0 ? [user] : [new ChatMessage(ChatRole.System, PromptText.Fill(system, values)), user];
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Holds(string? text, string placeholder) => text?.Contains(placeholder, StringComparison.Ordinal) == true;

    private static void Require(bool isValid, string option, string problem)
    {
        if (!isValid)
            throw new ArgumentException($"ChatPrompts.{option} {problem}");
    }
}
