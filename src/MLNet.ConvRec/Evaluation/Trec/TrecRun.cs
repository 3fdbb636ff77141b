using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation.Metrics;
using MLNet.ConvRec.Evaluation.Trec;

namespace MLNet.ConvRec.Evaluation;

/// <summary>A system's lists as a TREC run: <c>qid Q0 docno rank score tag</c>, a line for each line of a list.</summary>
/// <remarks>
/// A line that hits has the docno of the true item in <see cref="TrecQrels"/>, also where its year is another; a line that doesn't has
/// one that is not judged. So trec_eval's <c>recall_k</c> and <c>ndcg_cut_k</c>, with <c>-c</c> for dialogues without a list, are
/// recall@k and ndcg@k here.
/// </remarks>
public static class TrecRun
{
    /// <summary>Writes lists, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tag">The system's name.</param>
    /// <param name="lists">The lists, one per dialogue at most; ranks as <see cref="RecommendationEvaluator"/> counts them.</param>
    /// <param name="dialogues">The dialogues, each id once.</param>
    /// <param name="catalog">The catalog that lines must be in to hit.</param>
    /// <param name="options">The protocol of ranks; <see langword="null"/> for the defaults.</param>
    /// <exception cref="InvalidDataException">A list names none of the dialogues, or its ranks are impossible.</exception>
    public static void Write(
        string path,
        string tag,
        IEnumerable<RecommendationList> lists,
        IReadOnlyList<Dialogue> dialogues,
        ItemCatalog catalog,
        EvaluationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentNullException.ThrowIfNull(catalog);
        var evaluation = new ListEvaluation(catalog, options ?? new EvaluationOptions());
        var matcher = new TitleMatcher(catalog);
        var byId = dialogues.ToDictionary(dialogue => dialogue.Id, StringComparer.Ordinal);
        AtomicFile.WriteText(path, text =>
        {
            foreach (var list in lists)
            {
                if (!byId.TryGetValue(list.Id, out var dialogue))
                    throw new InvalidDataException($"The list of '{list.Id}' belongs to none of the {byId.Count} dialogues; give the scored ones.");
                var seen = SeenItems.Of(dialogue, catalog);
                var lines = evaluation.Ranked(RankedLines.Of(list), seen);
                var hits = matcher.HitItems(lines, seen, dialogue.GroundTruth);
                var names = TrecDocument.OfLines(lines, hits, TrecDocument.OfTruth(dialogue.GroundTruth));
                // trec_eval sorts by score and passes over ranks.
                for (var index = 0; index < names.Length; index++)
                    text.Write($"{TrecDocument.Word(list.Id)} Q0 {names[index]} {index + 1} {names.Length - index} {TrecDocument.Word(tag)}\n");
            }
        });
    }

    /// <summary>Reads a run, whose docnos are lines <c>Title (Year)</c>, percent-encoded.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <returns>A list for each qid, in the order in which they come up: lines by score, the highest first, those of equal scores by rank.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is malformed; the sentence names file, line and remedy.</exception>
    public static IReadOnlyList<RecommendationList> Read(string path)
    {
        JsonLines.RequireFile(path);
        return
        [
            .. File.ReadLines(path)
                .Select((text, index) => (Fields: text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), Number: index + 1))
                .Where(line => line.Fields.Length > 0)
                .Select(line => Parse(path, line.Number, line.Fields))
                .GroupBy(line => line.Id, StringComparer.Ordinal)
                .Select(lines => new RecommendationList(
                    lines.Key,
                    [.. lines.OrderByDescending(line => line.Score).ThenBy(line => line.Rank).Select((line, index) =>
                        new Recommendation(index + 1, line.Item?.Title ?? "", line.Item?.Year, line.Score))])),
        ];
    }

    private static (string Id, ItemReference? Item, int Rank, double Score) Parse(string path, int number, string[] fields) =>
        fields is [var id, _, var document, var rank, var score, _]
        && int.TryParse(rank, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var place)
        && double.TryParse(score, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? (TrecDocument.Text(id), TrecDocument.Item(document), place, value)
            : throw new InvalidDataException($"{path}, line {number}: no line of a TREC run; write it as qid Q0 docno rank score tag.");
}
