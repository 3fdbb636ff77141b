using Microsoft.Extensions.AI;
using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>A baseline that asks a chat model for a list in one call a dialogue, and links its lines to the catalog.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | column | |
/// | --- | --- |
/// | Id, Roles, Texts, Seen… | the dialogue, as `mlContext.Data.LoadDialogues` gives it |
/// | Recommendations, RecommendationTitles, RecommendationYears, RecommendationScores | added: the list by rank |
///
/// ### Estimator characteristics
/// | | |
/// | --- | --- |
/// | Does this estimator look at the data? | no: the model knows neither train nor the catalog |
/// | Exportable to ONNX | no, and not saved: a chat client can't be |
///
/// ### What becomes of a list
/// Lines that name nothing in the catalog, that repeat an item or name a seen one are dropped, and those below move up: the
/// list is then the best that the model's own order gives, and shorter than asked for. An answer in which nothing is an item
/// of the catalog is counted as unreadable, and its list is empty.
/// ]]></format>
/// </remarks>
public sealed class ZeroShotEstimator : IEstimator<ChatRecommenderTransformer>
{
    private readonly ConvRecCatalog _conversational;
    private readonly ItemCatalog _catalog;
    private readonly IChatClient _chatClient;
    private readonly ZeroShotOptions _options;

    internal ZeroShotEstimator(ConvRecCatalog conversational, ItemCatalog catalog, IChatClient chatClient, ZeroShotOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(chatClient);
        options.Validate();
        (_conversational, _catalog, _chatClient, _options) = (conversational, catalog, chatClient, options);
    }

    /// <summary>Makes the transformer. Nobody is asked yet.</summary>
    /// <param name="input">Dialogues, of which nothing is looked at.</param>
    public ChatRecommenderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var calls = new CallCounter();
        var model = new ChatTeacher(new CountingChatClient(_chatClient, calls), _options.Chat);
        var recommender = new ZeroShotRecommender(_catalog, model, _options.Chat.ListLength, calls);
        return new ChatRecommenderTransformer(
            _conversational, _catalog, recommender, calls, _options.Concurrency, _options.CancellationToken);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        ChatRecommenderMapping.Estimator(_conversational.Transforms, (_, _) => { }).GetOutputSchema(inputSchema);
}
