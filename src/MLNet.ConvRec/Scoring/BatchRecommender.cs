using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Scoring;

/// <summary>Writes the lists of many dialogues: prompts of similar length share a run of the graph.</summary>
/// <remarks>Safe for use from several threads: each run has tensors of its own.</remarks>
internal sealed class BatchRecommender(InferenceSession session, ScoringAssets assets, int batchSize, int listLength) : IDisposable
{
    /// <summary>Makes the session of a graph from memory: nothing is left on the disk.</summary>
    /// <param name="archive">The model.</param>
    /// <param name="options">Batch size, concurrency, length of a list.</param>
    /// <param name="gpu">The GPU, or <see langword="null"/> for the CPU.</param>
    /// <param name="path">The model's file, for messages.</param>
    /// <exception cref="InvalidDataException">The graph can't be run, or is of an earlier version, for one row.</exception>
    public static BatchRecommender Create(RecommenderArchive archive, RecommenderOptions options, int? gpu, string path)
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
        var session = Session(archive.Graph, settings, path);
        if (RecommenderGraph.Inputs.All(session.InputMetadata.ContainsKey))
            return new BatchRecommender(session, archive.Assets, options.BatchSize, ListLength(session, options, path));
        session.Dispose();
        throw new InvalidDataException(
            $"{path}: was written by an earlier version, whose graph takes no batches; train again, or load it row by row with mlContext.Model.Load.");
    }

    private static int ListLength(InferenceSession session, RecommenderOptions options, string path)
    {
        var most = session.OutputMetadata[RecommenderGraph.Items].Dimensions[1];
        if (!(options.ListLength > most))
            return options.ListLength ?? most;
        session.Dispose();
        throw new ArgumentException($"RecommenderOptions.ListLength is {options.ListLength}, but {path} writes lists of {most} items; ask for at most that.");
    }

    private static InferenceSession Session(byte[] graph, SessionOptions settings, string path)
    {
        try
        {
            return new InferenceSession(graph, settings);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InvalidDataException($"{path}: its graph can't be run ({fault.Message.TrimEnd('.')}); copy or train it again.", fault);
        }
    }

    /// <summary>Encodes a window of dialogues, and cuts it into batches of similar length.</summary>
    /// <param name="dialogues">The dialogues.</param>
    /// <returns>A row for each dialogue, and the places of the dialogues of each batch.</returns>
    public (RecommenderRow[] Rows, int[][] Batches) Prepare(IReadOnlyList<Dialogue> dialogues)
    {
        RecommenderRow[] rows = [.. dialogues.Select(RowOf)];
        return (rows, [.. Enumerable.Range(0, rows.Length).OrderBy(row => rows[row].Prompt.Length).Chunk(batchSize)]);
    }

    /// <summary>Writes the lists of one batch.</summary>
    /// <param name="dialogues">The window.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="batch">The places of the batch's dialogues.</param>
    /// <param name="lists">Takes their lists at the same places.</param>
    public void Run(IReadOnlyList<Dialogue> dialogues, RecommenderRow[] rows, int[] batch, RecommendationList[] lists)
    {
        var written = RecommenderSession.Run(session, Array.ConvertAll(batch, row => rows[row]), assets.Catalog.Count);
        for (var i = 0; i < batch.Length; i++)
            lists[batch[i]] = new RecommendationList(dialogues[batch[i]].Id, Lines(written[i]));
    }

    /// <summary>Writes the list of one dialogue.</summary>
    public RecommendationList Recommend(Dialogue dialogue)
    {
        var lists = new RecommendationList[1];
        Run([dialogue], [RowOf(dialogue)], [0], lists);
        return lists[0];
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private RecommenderRow RowOf(Dialogue dialogue) => new(
        [.. assets.Prompt.Encode(dialogue).Select(token => (long)token)],
        [.. assets.Excluded(dialogue).Select(item => (long)item)],
        [.. assets.Candidates(dialogue).Select(item => (long)item)]);

    private Recommendation[] Lines(RecommenderList list) => [.. list.Items.Take(listLength).Select((index, k) =>
    {
        var item = assets.Catalog.Items[(int)index];
        return new Recommendation(k + 1, item.Title, item.Year, list.Scores[k]);
    })];
}
