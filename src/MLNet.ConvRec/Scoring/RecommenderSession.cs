using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Scoring;

/// <summary>What the graph reads of one dialogue.</summary>
/// <param name="Prompt">The tokens of its prompt; at least one.</param>
/// <param name="Exclude">Catalog indices that its list may not hold.</param>
/// <param name="Candidates">Catalog indices that alone it may hold; empty: all.</param>
internal sealed record RecommenderRow(long[] Prompt, long[] Exclude, long[] Candidates);

/// <summary>What the graph writes for one dialogue, by rank; shorter than N where the catalog was exhausted.</summary>
/// <param name="Items">Catalog indices.</param>
/// <param name="Scores">Their scores.</param>
internal sealed record RecommenderList(long[] Items, float[] Scores);

/// <summary>Runs <c>recommender.onnx</c> on batches of rows.</summary>
/// <remarks>Safe for use from several threads: each run has tensors of its own.</remarks>
internal static class RecommenderSession
{
    /// <summary>Writes the lists of a batch.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="rows">The batch; at least one row.</param>
    /// <param name="itemCount">M, the catalog's size, which stands for nothing.</param>
    public static RecommenderList[] Run(InferenceSession session, IReadOnlyList<RecommenderRow> rows, int itemCount)
    {
        var longest = rows.Max(row => row.Prompt.Length);
        using var inputIds = Padded(rows, row => row.Prompt, 0, longest, isLeft: true);
        using var mask = Padded(rows, row => Array.ConvertAll(row.Prompt, _ => 1L), 0, longest, isLeft: true);
        using var exclude = Padded(rows, row => row.Exclude, itemCount, rows.Max(row => row.Exclude.Length), isLeft: false);
        using var candidates = Padded(rows, row => row.Candidates, itemCount, rows.Max(row => row.Candidates.Length), isLeft: false);
        using var options = new RunOptions();
        using var results = session.Run(options, RecommenderGraph.Inputs, [inputIds, mask, exclude, candidates], RecommenderGraph.Outputs);
        var items = results[0].GetTensorDataAsSpan<long>(); // [batch, N]
        var scores = results[1].GetTensorDataAsSpan<float>();
        var length = items.Length / rows.Count;
        var lists = new RecommenderList[rows.Count];
        for (var row = 0; row < lists.Length; row++)
        {
            var list = items.Slice(row * length, length);
            var written = list.IndexOf(-1) is var end and >= 0 ? end : length;
            lists[row] = new RecommenderList(list[..written].ToArray(), scores.Slice(row * length, written).ToArray());
        }

        return lists;
    }

    private static OrtValue Padded(IReadOnlyList<RecommenderRow> rows, Func<RecommenderRow, long[]> part, long padding, int width, bool isLeft)
    {
        var values = new long[rows.Count * width];
        Array.Fill(values, padding);
        for (var row = 0; row < rows.Count; row++)
        {
            var own = part(rows[row]);
            own.CopyTo(values, (row * width) + (isLeft ? width - own.Length : 0));
        }

        return OrtValue.CreateTensorValueFromMemory(values, [rows.Count, width]);
    }
}
