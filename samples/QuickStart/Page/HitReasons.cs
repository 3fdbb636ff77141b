using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using static System.FormattableString;

namespace QuickStart.Page;

/// <summary>Where a list has a hit from, in a few words.</summary>
/// <param name="explanation">How the dialogue's demonstration came about.</param>
internal sealed class HitReasons(DemonstrationExplanation explanation)
{
    /// <summary>Returns the reason; empty for a system that tells none.</summary>
    /// <param name="system">The system's name in <c>metrics.json</c>.</param>
    /// <param name="item">The item that hits.</param>
    public string Of(string system, ItemReference item) => system switch
    {
        PlainNames.Demonstrations => OfDemonstration(item),
        SystemNames.Sft or SystemNames.RankGrpo => RankOf(item) is { } rank
            ? Invariant($"line {rank} of the demonstrations")
            : "not demonstrated here: learned from other dialogues",
        _ => "",
    };

    // What weighs most in Remap's score, and how far the later steps moved the item.
    private string OfDemonstration(ItemReference item)
    {
        if (explanation.Items.FirstOrDefault(each => each.Item == item) is not { } explained)
            return "";
        var remap = explained.Remap;
        (string Words, double Score)[] parts =
        [
            (NamedAt(item), remap.Named),
            ("train names it beside the teacher's items", remap.LineCoMention),
            ("its text is like the teacher's items'", remap.LineText),
            ("train names it beside the dialogue's items", remap.ConversationCoMention),
            ("its text is like the dialogue's", remap.ConversationText),
            ("train chose it after such words", remap.ConversationWords),
        ];
        var moved = explained is { RemapRank: { } before, FinalRank: { } after } && before != after ? Invariant($"; put from {before} to {after} by the weights fitted to train") : "";
        return $"{parts.MaxBy(part => part.Score).Words}{moved}";
    }

    private string NamedAt(ItemReference item) =>
        explanation.Lines.FirstOrDefault(line => line.Item == item) is { } line ? Invariant($"line {line.Rank} of the teacher") : "the teacher named it";

    private int? RankOf(ItemReference item) =>
        explanation.Demonstration.FirstOrDefault(line => line.Title == item.Title && line.Year == item.Year)?.Rank;
}
