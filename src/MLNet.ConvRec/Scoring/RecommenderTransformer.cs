using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;

namespace MLNet.ConvRec.Scoring;

/// <summary>
/// A saved recommender that scores in batches: adds a ranked list to each dialogue (<see cref="ConvRecColumns.Recommendations"/> and its like).
/// </summary>
/// <remarks>
/// The lists are those of the same file loaded by <c>mlContext.Model.Load</c>, beyond the rounding of matrix products. Lazy: rows are scored as
/// they are read, ahead of the reader, by a second pass over the given rows, which must be the same in both; the order is kept, and other
/// columns pass through. Safe for use from several threads. It holds native memory: dispose of it when no more rows are read.
/// </remarks>
public sealed class RecommenderTransformer : ITransformer, IDisposable
{
    private readonly IHostEnvironment _environment;
    private readonly RecommenderOptions _options;
    private readonly BatchRecommender _recommender;
    private readonly Lazy<ITransformer> _stock;
    private readonly ITransformer _columns;

    internal RecommenderTransformer(MLContext ml, RecommenderArchive archive, RecommenderOptions options, string path)
    {
        (_environment, _options) = (ml.Transforms.ConvRec.Environment, options);
        _recommender = BatchRecommender.Create(archive, options, ScoringDevice.Choose(_environment, options.GpuDeviceId ?? HostSwitches.GpuDeviceId(_environment)), path);
        var nothing = ml.Data.LoadDialogues([]);
        _columns = ChatRecommenderMapping.Estimator(ml.Transforms, One).Fit(nothing);
        _stock = new Lazy<ITransformer>(() => ScoringChain.Create(ml.Transforms, nothing, archive.Graph, archive.Assets));
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>Writes the list of each dialogue, in their order. Lazy; reads a few windows ahead, in constant memory.</summary>
    /// <param name="dialogues">The dialogues; enumerated once for each enumeration of the lists.</param>
    /// <exception cref="OperationCanceledException">While enumerating: the options' token or the context was cancelled.</exception>
    public IEnumerable<RecommendationList> Recommend(IEnumerable<Dialogue> dialogues) => RecommendFrom(dialogues, 0);

    /// <summary>
    /// Writes the lists from a place on, to go on where an earlier run was stopped: the very bytes that <see cref="Recommend"/> gives there.
    /// </summary>
    /// <param name="dialogues">All dialogues; the first ones are read, so that batches are cut as in the earlier run, and not scored.</param>
    /// <param name="first">How many lists are left out.</param>
    /// <exception cref="OperationCanceledException">While enumerating: the options' token or the context was cancelled.</exception>
    public IEnumerable<RecommendationList> RecommendFrom(IEnumerable<Dialogue> dialogues, long first)
    {
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        return Lists();

        IEnumerable<RecommendationList> Lists()
        {
            using var lists = Ahead(dialogues, first);
            while (lists.Next() is { } list)
                yield return list;
        }
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _columns.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RecommendedRows(input, GetOutputSchema(input.Schema), () => Ahead(input.ReadDialogues()));
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _stock.Value.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public void Dispose()
    {
        _recommender.Dispose();
        if (_stock.IsValueCreated)
            (_stock.Value as IDisposable)?.Dispose();
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_stock.Value).Save(ctx);

    private ScoredAhead Ahead(IEnumerable<Dialogue> dialogues, long first = 0) =>
        new(dialogues, first, _recommender, _options, () => HostSwitches.IsCanceled(_environment));

    private void One(ChatRecommenderMapping.Input row, RecommendationMapping.Output output) =>
        ChatRecommenderMapping.Write(_recommender.Recommend(row.ToDialogue()), output);
}
