using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels.Crag;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>
/// A baseline that shows a chat model what train's people name together, and lets it reflect on its own steps: CRAG (Zhu et al. 2025,
/// "Collaborative Retrieval for Large Language Model-based Conversational Recommender Systems", arXiv 2502.14137).
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | column | |
/// | --- | --- |
/// | Id, Roles, Texts, Seen…, GroundTruth… | the dialogue, as `mlContext.Data.LoadDialogues` gives it; the truth is read by Fit alone |
/// | Recommendations, RecommendationTitles, RecommendationYears, RecommendationScores | added: the list by rank |
///
/// ### Estimator characteristics
/// | | |
/// | --- | --- |
/// | Does this estimator look at the data? | yes: it counts what train names together; it asks nobody |
/// | Exportable to ONNX | no, and not saved: a chat client can't be |
///
/// ### Algorithm details
/// A dialogue takes five calls; an answer that can't be read is asked for once more, at most twice a dialogue: 5 to 7 calls.
/// A step with nothing to ask makes none, so that there are fewer: nothing is linked where the model finds nothing mentioned
/// or its answer can't be read, nothing is reflected on where nothing was retrieved, and fewer than two items aren't graded.
///
/// | step | | if the answer stays unreadable |
/// | --- | --- | --- |
/// | extract | the items mentioned, with the seeker's attitude from −2 to 2 | the dialogue's seen items, taken as liked |
/// | link | each name to the catalog by characters and by words; the model then checks all names | what was linked for sure |
/// | retrieve | the K items that train names most with those liked; the model keeps those that fit the dialogue | all are kept |
/// | recommend | a list of N, the kept ones shown | the list is empty |
/// | rerank | each listed item graded from −2 to 2, sorted by grade, equals in their order | the list's own order |
///
/// Ranks that are left at the end are filled with kept items. Where no item is mentioned positively the neutral ones count,
/// and where there are none either, retrieval falls back on the items that train chooses most. A conversation of train never
/// counts for its own dialogues. Unknown, repeated and seen items are dropped from the list; where a dialogue came without its
/// seen items, those that the model found mentioned are seen, too. An answer is unreadable if no line has the form asked for;
/// a list, if nothing in it is an item of the catalog.
///
/// Followed from the paper: the five steps and their order, attitudes and grades from −2 to 2, matching on two levels with
/// reflection, retrieval summed over the liked items, retrieved items shown "at your discretion". Simplified: similarity is
/// co-mention counts, each row divided by its sum, in place of the paper's fitted item-item weights (an adapted EASE); the
/// authors' code retrieves for neutral mentions always; the paper reflects only on names on which the two levels differ, here
/// all names are checked in one call; grades are asked about the linked list, since what is dropped needs none; filling up is
/// ours, as lists of equal length compare better.
/// ]]></format>
/// </remarks>
public sealed class CragEstimator : IEstimator<ChatRecommenderTransformer>
{
    private readonly ConvRecCatalog _conversational;
    private readonly ItemCatalog _catalog;
    private readonly IChatClient _chatClient;
    private readonly CragOptions _options;

    internal CragEstimator(ConvRecCatalog conversational, ItemCatalog catalog, IChatClient chatClient, CragOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(chatClient);
        options.Validate();
        (_conversational, _catalog, _chatClient, _options) = (conversational, catalog, chatClient, options);
    }

    /// <summary>Counts what train names together. Eager; the model is not asked.</summary>
    /// <param name="input">The dialogues of train, with ground truth.</param>
    /// <exception cref="InvalidDataException">No dialogue has a true item that is in the catalog.</exception>
    public ChatRecommenderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var host = _conversational.Environment.Register(nameof(CragEstimator));
        using var channel = host.Start("Fit");
        Dialogue[] train = [.. input.ReadDialogues()];
        var retrieval = CollaborativeRetrieval.Fit(train, _catalog);
        channel.Info(
            MessageSensitivity.None, $"CRAG retrieves from {train.Length} dialogues and asks with prompts {_options.Prompts.Version}.");
        var calls = new CallCounter();
        var recommender = new CragRecommender(_catalog, new CountingChatClient(_chatClient, calls), retrieval, _options, calls);
        return new ChatRecommenderTransformer(
            _conversational, _catalog, recommender, calls, _options.Concurrency, _options.CancellationToken);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        ChatRecommenderMapping.Estimator(_conversational.Transforms, (_, _) => { }).GetOutputSchema(inputSchema);
}
