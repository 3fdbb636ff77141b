using MLNet.ConvRec.Demonstrations.Reflect;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>The wording of CRAG's steps; change one with <c>with</c>, and <see cref="Version"/> with it.</summary>
/// <remarks>
/// <c>{ITEM}</c> stands for <see cref="ItemKind"/>, <c>{DIALOGUE}</c> for the conversation, <c>{N}</c> for the length of a list,
/// <c>{CANDIDATES}</c> for numbered lines and <c>{RETRIEVED}</c> for <see cref="Retrieved"/>, where there is anything to show.
/// </remarks>
public sealed record CragPrompts
{
    /// <summary>Names these texts in logs and reports. The default is <c>crag-1</c>.</summary>
    public string Version { get; init; } = "crag-1";

    /// <summary>What the shop sells, in the singular. The default is <c>item</c>.</summary>
    public string ItemKind { get; init; } = "item";

    /// <summary>
    /// Asks what the dialogue mentions, as lines <c>Title (Year) | attitude</c> or <c>NONE</c>. Needs <c>{DIALOGUE}</c>.
    /// </summary>
    public string Extract { get; init; } =
        """
        A conversation between a seeker and a recommender:

        {DIALOGUE}

        Which titles of the kind "{ITEM}" does it mention by name, and what is the seeker's attitude to each? The attitude is a whole
        number: 2 loves it, 1 likes it, 0 is neutral or doesn't say, -1 dislikes it, -2 hates it.
        Answer with one line for each and no extra sentences, in the form
        Title (Year) | attitude
        Write official titles in full, and leave out the year where there is none. If no title is mentioned, answer NONE.
        """;

    /// <summary>
    /// Asks what the mentioned names stand for, as lines <c>number: Title (Year)</c> or <c>number: NONE</c>. Needs <c>{DIALOGUE}</c> and
    /// <c>{CANDIDATES}</c>.
    /// </summary>
    public string Link { get; init; } =
        """
        A conversation between a seeker and a recommender:

        {DIALOGUE}

        These names of the kind "{ITEM}" were found in it. Behind each stands what it may mean in our catalog:

        {CANDIDATES}

        What does each really mean? Beware of abbreviations, typing errors and different titles of the same name.
        Answer with one line for each and no extra sentences, in the form
        number: Title (Year)
        Copy title and year from above where the right ones stand there; otherwise write the official ones. If a name is none of the kind
        "{ITEM}", answer number: NONE.
        """;

    /// <summary>
    /// Asks which retrieved items fit, as numbers, one a line, or <c>NONE</c>. Needs <c>{DIALOGUE}</c> and <c>{CANDIDATES}</c>.
    /// </summary>
    public string Reflect { get; init; } =
        """
        A conversation between a seeker and a recommender:

        {DIALOGUE}

        Other people name these titles of the kind "{ITEM}" together with those that it mentions:

        {CANDIDATES}

        Which of them would be good recommendations here, by all that this seeker says?
        Answer with their numbers, the best first, one a line and no extra sentences. If none would, answer NONE.
        """;

    /// <summary>Asks for the list, as lines <c>Title (Year)</c>. Needs <c>{DIALOGUE}</c>, <c>{RETRIEVED}</c> and <c>{N}</c>.</summary>
    public string Recommend { get; init; } =
        """
        A conversation between a seeker and a recommender:

        {DIALOGUE}

        {RETRIEVED}Which titles of the kind "{ITEM}" would this seeker like next? Name {N}, the best first, each on a line of its own as
        Title (Year)
        or only the title where there is no year. Leave out what the conversation already names. No numbering and no extra sentences.
        """;

    /// <summary>
    /// Shows the retrieved items that were kept, within <see cref="Recommend"/>; left out where none was. Needs <c>{CANDIDATES}</c>.
    /// </summary>
    public string Retrieved { get; init; } =
        """
        Other people who speak of the same titles like these, too. Use them at your discretion, and do not confine yourself to them:

        {CANDIDATES}


        """;

    /// <summary>
    /// Asks for a grade of each listed item, as lines <c>number: grade</c> from -2 to 2. Needs <c>{DIALOGUE}</c> and <c>{CANDIDATES}</c>.
    /// </summary>
    public string Grade { get; init; } =
        """
        A conversation between a seeker and a recommender:

        {DIALOGUE}

        How well would each of these recommendations suit the seeker next?

        {CANDIDATES}

        Grade each with a whole number: 2 great, 1 good, 0 fair, -1 not good, -2 bad. Answer with one line for each, its number and its
        grade, such as
        1: 0
        and no extra sentences.
        """;

    /// <summary>Asks once more where an answer could not be read, behind that answer.</summary>
    public string Again { get; init; } =
        "That could not be read. Answer once more, with lines of the form asked for and without any other word.";

    /// <summary>Checks the texts.</summary>
    /// <exception cref="ArgumentException">A text is blank or lacks what it needs; the sentence names it.</exception>
    public void Validate()
    {
        Require(nameof(Version), Version);
        Require(nameof(ItemKind), ItemKind);
        Require(nameof(Extract), Extract, "{DIALOGUE}");
        Require(nameof(Link), Link, "{DIALOGUE}", "{CANDIDATES}");
        Require(nameof(Reflect), Reflect, "{DIALOGUE}", "{CANDIDATES}");
        Require(nameof(Recommend), Recommend, "{DIALOGUE}", "{RETRIEVED}", "{N}");
        Require(nameof(Retrieved), Retrieved, "{CANDIDATES}");
        Require(nameof(Grade), Grade, "{DIALOGUE}", "{CANDIDATES}");
        Require(nameof(Again), Again);
    }

    private static void Require(string name, string? text, params ReadOnlySpan<string> places)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new ArgumentException($"CragPrompts.{name} is blank; leave out the line that sets it, or write something.");
        foreach (var place in places)
        {
            if (!text.Contains(place, StringComparison.Ordinal))
                throw new ArgumentException($"CragPrompts.{name} has no {place}; put it where that belongs.");
        }
    }
}
