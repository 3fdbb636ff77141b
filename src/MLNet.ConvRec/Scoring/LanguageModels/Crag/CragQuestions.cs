using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>The questions of CRAG's steps about one dialogue, in full.</summary>
internal sealed class CragQuestions(CragOptions options, ItemCatalog catalog, Dialogue dialogue)
{
    private readonly CragPrompts _prompts = options.Prompts;

    // A line a turn: a turn of several lines could pass for several turns.
    private readonly string _dialogue = string.Join('\n', dialogue.Turns.Select(turn => $"{SpeakerOf(turn)}: {OneLine(turn.Text)}"));

    public string Extract() => Fill(_prompts.Extract);

    public string Link(IReadOnlyList<ItemMention> mentions) => Fill(_prompts.Link, Numbered(mentions, Meaning));

    public string Reflect(IReadOnlyList<int> retrieved) => Fill(_prompts.Reflect, Numbered(retrieved, Name));

    public string Recommend(IReadOnlyList<int> kept) =>
        Fill(_prompts.Recommend, retrieved: kept.Count == 0 ? "" : Fill(_prompts.Retrieved, Numbered(kept, Name)));

    public string Grade(IReadOnlyList<int> listed) => Fill(_prompts.Grade, Numbered(listed, Name));

    private string Meaning(ItemMention mention)
    {
        var candidates = string.Join("; ", mention.Candidates.Select(Name));
        return mention.Item is not null ? $"{mention.Name} = {candidates}"
            : candidates.Length > 0 ? $"{mention.Name} = perhaps {candidates}"
            : $"{mention.Name} = not found";
    }

    private string Name(int item) => ListLine.Format(catalog.Items[item].Title, catalog.Items[item].Year);

    private string Fill(string text, string candidates = "", string retrieved = "") => PromptText.Fill(text, [
        ("{ITEM}", _prompts.ItemKind),
        ("{N}", options.ListLength.ToString(CultureInfo.InvariantCulture)),
        ("{CANDIDATES}", candidates),
        ("{RETRIEVED}", retrieved),
        ("{DIALOGUE}", _dialogue),
    ]);

    private static string Numbered<T>(IReadOnlyList<T> lines, Func<T, string> text) =>
        string.Join('\n', lines.Select((line, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1}. {text(line)}")));

    private static string SpeakerOf(Turn turn) => turn.Role == Role.User ? "Seeker" : "Recommender";

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
