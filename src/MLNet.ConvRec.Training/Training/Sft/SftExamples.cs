using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Turns demonstrated rows into what is imitated of them.</summary>
internal sealed class SftExamples(ItemCatalog catalog, ChatPrompt prompt, SftOptions options)
{
    private readonly Lazy<TokenTrie> _trie = new(() => prompt.TrieOf(catalog));

    /// <summary>Returns an example for each row that has something to imitate.</summary>
    /// <exception cref="InvalidDataException">Scores are to be imitated, and a row's are missing, no numbers, or of a line that is no item of the catalog.</exception>
    public SftExample[] Of(IDataView rows) => options.Imitation == ImitationTarget.List
        ? [.. DemonstratedDialogue.Read(rows).Where(row => row.Lines.Count > 0).Select(OfList)]
        : [.. DemonstratedDialogue.ReadScored(rows).Where(row => row.Lines.Count > 0).Select(OfScores).OfType<SftExample>()];

    private SftExample OfList(DemonstratedDialogue row) => new(
        prompt.Encode(row.Dialogue),
        [.. row.Lines.SelectMany(line => prompt.Tokenizer.Encode(line).Append(prompt.NewLineToken)), prompt.Tokenizer.EndOfTurn])
    { DialogueId = row.Dialogue.Id };

    // What the dialogue's list may not hold is left out of the demonstration; null where that leaves nothing.
    private SftExample? OfScores(DemonstratedDialogue row)
    {
        var excluded = CandidateItems.Closed(row.Dialogue, SeenItems.Of(row.Dialogue, catalog), catalog);
        var closed = excluded.ToHashSet();
        (int Item, double Score)[] listed =
            [.. row.Lines.Zip(row.Scores, (line, score) => (Item: Item(row, line), Score: Score(row, score))).Where(line => !closed.Contains(line.Item)).DistinctBy(line => line.Item)];
        return listed.Length > 0 && Tree(excluded, [.. listed.Select(line => line.Item)], [.. listed.Select(line => line.Score)]) is { } tree
            ? new SftExample(prompt.Encode(row.Dialogue), []) { DialogueId = row.Dialogue.Id, Tree = tree }
            : null;
    }

    private LineTree? Tree(IReadOnlyList<int> excluded, int[] items, double[] scores)
    {
        return options.Imitation == ImitationTarget.FirstLine
            ? LineTree.FirstLine(_trie.Value, excluded, items.Zip(Shares(0)))
            : LineTree.Lines(_trie.Value, excluded, items, Shares);

        double[] Shares(int listed) => ScoreDistribution.Of(scores[listed..], options.ImitationTemperature);
    }

    private int Item(DemonstratedDialogue row, string line) => ListLine.Parse(line) is { } read && catalog.IndexOf(read) is >= 0 and var index
        ? index
        : throw new InvalidDataException(
            $"dialogue {row.Dialogue.Id}: \"{line}\" in column {ConvRecColumns.Demonstration} is no item of the catalog, so that its score can't be imitated; "
            + "build the demonstrations for this catalog, or set SftOptions.Imitation to List.");

    private static double Score(DemonstratedDialogue row, float score) => float.IsFinite(score)
        ? score
        : throw new InvalidDataException(
            $"dialogue {row.Dialogue.Id}: column {ConvRecColumns.DemonstrationScores} holds {score}; scores that are imitated must be finite numbers.");
}
