using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>
/// All that is known about a catalog from its texts and from train, to say how similar a dialogue or a listed name is to an item.
/// </summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class DialogueStatistics
{
    // Chosen on ReDial's valid dialogues: what two seen items tell beside a seen and a true one, and how much a rare item is doubted.
    private const double SameSideWeight = 0.5;
    private const double CoMentionSmoothing = 10;
    private const double WordSmoothing = 20;

    // A share of choices this many times below an even one is where evidence begins to count.
    private const double EvidenceFloor = 10;

    private readonly ItemCatalog _catalog;
    private readonly ITextSimilarity _text;
    private readonly WordVocabulary _words;
    private readonly LeaveOneOutCounts _coMention;
    private readonly LeaveOneOutCounts _wordMention;
    private readonly ILookup<string, LinkedDialogue> _conversations;

    public DialogueStatistics(IReadOnlyList<Dialogue> train, ItemCatalog catalog, ITextSimilarity text, int neighbours)
    {
        _catalog = catalog;
        _text = text;
        _words = WordVocabulary.Fit(train);
        var linked = _conversations = LinkedDialogue.ByConversation(train, catalog, _words);
        _coMention = new LeaveOneOutCounts(
            catalog.Count, catalog.Count, linked, dialogue => CoMention.Entries(dialogue, SameSideWeight), CoMentionSmoothing, neighbours);
        _wordMention = new LeaveOneOutCounts(_words.Count, catalog.Count, linked, WordMention.Entries, WordSmoothing, neighbours);
    }

    /// <summary>
    /// Returns the similarities of a dialogue and of the teacher's lines, without what the dialogue's own conversation told.
    /// </summary>
    public SimilarityParts PartsOf(Dialogue dialogue, IReadOnlyList<TeacherLine> lines)
    {
        var linked = LinkedDialogue.Of(dialogue, _catalog, _words);
        var own = _coMention.Own(linked.Conversation);
        var ownWords = _wordMention.Own(linked.Conversation);
        return new SimilarityParts(
            [.. lines.Select(line => PartsOf(line, own))],
            Evidence(_coMention.Mean(linked.Seen, own)),
            _text.Nearest(dialogue, linked.Seen),
            Evidence(_wordMention.Mean(linked.Words, ownWords)));
    }

    /// <summary>What helps to tell which items the bare titles of a list for a dialogue mean.</summary>
    public ListContext ContextOf(Dialogue dialogue) => new(
        LinkedDialogue.Link(SeenItems.Of(dialogue, _catalog), _catalog), items => TiesOf(items, dialogue.ConversationId));

    /// <summary>Returns what ties a group of items to the others, without what the group's own conversation told.</summary>
    public ItemTies TiesOf(IReadOnlyList<int> items, string conversation) => new(
        Evidence(_coMention.Mean(items, _coMention.Own(conversation))),
        NearestText(items),
        _conversations[conversation].SelectMany(dialogue => dialogue.Seen).CountBy(item => item).ToDictionary());

    private Dictionary<int, double> NearestText(IReadOnlyList<int> items)
    {
        var nearest = new Dictionary<int, double>();
        foreach (var scores in items.Select(_text.Nearest))
        {
            for (var i = 0; i < scores.Count; i++)
                nearest[scores.Items[i]] = Math.Max(scores.Values[i], nearest.GetValueOrDefault(scores.Items[i]));
        }

        return nearest;
    }

    private LineParts PartsOf(TeacherLine line, OwnCounts own) => line.Item is { } item
        ? new LineParts(item, _coMention.Nearest(item, own), _text.Nearest(item))
        : new LineParts(null, SparseScores.Empty, _text.Nearest(line.Name));

    // log(1 + share / floor): softmax multiplies, so that evidence must be added as logarithms; 0 stays 0.
    private SparseScores Evidence(SparseScores shares) =>
        shares with { Values = Array.ConvertAll(shares.Values, share => Math.Log(1 + (share * _catalog.Count / EvidenceFloor))) };
}
