using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>
/// Recommends by asking a chat model, and adds the columns that a loaded <c>model.zip</c> adds, <see
/// cref="ConvRecColumns.Recommendations"/> and its like.
/// </summary>
/// <remarks>
/// Lazy: the model is asked as rows are read, several dialogues ahead, and only where an added column is; each pass asks anew, so that
/// <c>mlContext.Data.Cache</c> or <c>RecommendationFile.Write</c> saves calls. Lists stand in the order of the rows, in constant memory;
/// they are the same each time where the model's answers are. A list holds items of the catalog alone, none that was seen, none twice; the
/// score of rank k is 1/√k, since a language model gives no other. True items are never shown to the model. A call that fails throws as
/// its row is read: what to try again is the chat client's to decide. Safe for use from several threads.
/// </remarks>
public sealed class ChatRecommenderTransformer : ITransformer
{
    private readonly IHostEnvironment _environment;
    private readonly ItemCatalog _catalog;
    private readonly IChatRecommender _recommender;
    private readonly CallCounter _calls;
    private readonly int _concurrency;
    private readonly CancellationToken _cancellationToken;
    private readonly ITransformer _mapping;

    internal ChatRecommenderTransformer(
        ConvRecCatalog conversational,
        ItemCatalog catalog,
        IChatRecommender recommender,
        CallCounter calls,
        int concurrency,
        CancellationToken cancellationToken)
    {
        _environment = conversational.Environment;
        (_catalog, _recommender, _calls) = (catalog, recommender, calls);
        (_concurrency, _cancellationToken) = (concurrency, cancellationToken);
        _mapping = ChatRecommenderMapping.Estimator(conversational.Transforms, Map).Fit(new MLContext().Data.LoadDialogues([]));
    }

    /// <summary>What was asked so far.</summary>
    public ChatCalls Calls => _calls.Read();

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _mapping.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RecommendedRows(input, GetOutputSchema(input.Schema), () => Ask(input.ReadDialogues()));
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _mapping.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException(
        "A recommender that asks a chat model can't be saved, since the chat client can't; "
        + "save what it recommends instead, with RecommendationFile.Write(path, scored.ReadRecommendations()).");

    private AskedAhead Ask(IEnumerable<Dialogue> dialogues) =>
        new(dialogues, AskAsync, _concurrency, () => HostSwitches.IsCanceled(_environment), _cancellationToken);

    private async Task<RecommendationList> AskAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        _calls.AddDialogue();
        var asked = dialogue with { GroundTruth = [] };
        var items = await _recommender.RecommendAsync(asked, cancellationToken).ConfigureAwait(false);
        return new RecommendationList(
            dialogue.Id, [.. items.Select((item, index) => TopItems.Line(_catalog, item, index + 1, 1 / Math.Sqrt(index + 1)))]);
    }

    private void Map(ChatRecommenderMapping.Input row, RecommendationMapping.Output output)
    {
        using var asked = Ask([row.ToDialogue()]);
        if (asked.Next() is { } list)
            ChatRecommenderMapping.Write(list, output);
    }
}
