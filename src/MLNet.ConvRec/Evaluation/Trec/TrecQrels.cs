using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation.Trec;

namespace MLNet.ConvRec.Evaluation;

/// <summary>What was really chosen, as TREC's relevance judgements: <c>qid 0 docno 1</c>, a line for each true item.</summary>
/// <remarks>
/// qid is the dialogue's id and docno the item's line, <c>Title (Year)</c>, both percent-encoded; a true item outside the catalog is there too,
/// as in recall and NDCG. A dialogue without ground truth has no line: no metric counts it.
/// </remarks>
public static class TrecQrels
{
    /// <summary>Writes the judgements, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dialogues">The dialogues.</param>
    public static void Write(string path, IEnumerable<Dialogue> dialogues)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(dialogues);
        AtomicFile.WriteText(path, text =>
        {
            foreach (var dialogue in dialogues)
            {
                foreach (var name in TrecDocument.OfTruth(dialogue.GroundTruth))
                    text.Write($"{TrecDocument.Word(dialogue.Id)} 0 {name} 1\n");
            }
        });
    }
}
