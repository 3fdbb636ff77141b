using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>Writes the lists of many dialogues: prompts of similar length share a run of the graph.</summary>
/// <remarks>Safe for use from several threads: each run has tensors of its own.</remarks>
internal sealed class BatchRecommender(InferenceSession session, ScoringAssets assets, int batchSize) : IDisposable
{
    /// <summary>Makes the session of a graph from memory: nothing is left on the disk.</summary>
    /// <param name="archive">The model.</param>
    /// <param name="options">Batch size and concurrency.</param>
    /// <param name="gpu">The GPU, or <see langword="null"/> for the CPU.</param>
    public static BatchRecommender Create(RecommenderArchive archive, RecommenderOptions options, int? gpu)
    {
        using var settings = new SessionOptions
        {
            // Runs share the cores among themselves; prompts differ in length, so that no pattern of memory repeats.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            EnableMemoryPattern = false,
        };
        if (gpu is { } device)
            settings.AppendExecutionProvider_CUDA(device);
        return new BatchRecommender(new InferenceSession(archive.Graph, settings), archive.Assets, options.BatchSize);
    }

    /// <summary>Writes the lists of a window of dialogues, in their order.</summary>
    /// <param name="dialogues">The dialogues.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    public RecommendationList[] Recommend(IReadOnlyList<Dialogue> dialogues, CancellationToken cancellation)
    {
        var rows = dialogues.Select(RowOf).ToArray();
        var lists = new RecommendationList[rows.Length];
        foreach (var batch in Enumerable.Range(0, rows.Length).OrderBy(row => rows[row].Prompt.Length).Chunk(batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var written = RecommenderSession.Run(session, Array.ConvertAll(batch, row => rows[row]), assets.Catalog.Count);
            for (var i = 0; i < batch.Length; i++)
                lists[batch[i]] = new RecommendationList(dialogues[batch[i]].Id, Lines(written[i]));
        }

        return lists;
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private RecommenderRow RowOf(Dialogue dialogue) => new(
        [.. assets.Prompt.Encode(dialogue).Select(token => (long)token)],
        [.. assets.Excluded(dialogue).Select(item => (long)item)],
        [.. assets.Candidates(dialogue).Select(item => (long)item)]);

    private Recommendation[] Lines(RecommenderList list) => [.. list.Items.Select((index, k) =>
    {
        var item = assets.Catalog.Items[(int)index];
        return new Recommendation(k + 1, item.Title, item.Year, list.Scores[k]);
    })];
}
