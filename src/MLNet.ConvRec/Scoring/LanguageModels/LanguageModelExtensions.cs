using Microsoft.Extensions.AI;
using MLNet.ConvRec;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Scoring.LanguageModels;

namespace Microsoft.ML;

/// <summary>The recommenders of <c>mlContext.Transforms.ConvRec</c> that ask a language model.</summary>
public static class LanguageModelExtensions
{
    /// <summary>
    /// Create a <see cref="ZeroShotEstimator"/>, which asks a chat model for a list in one call and links its lines to the catalog.
    /// </summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="chatClient">The model; it stays the caller's to dispose.</param>
    /// <param name="options">Options.</param>
    public static ZeroShotEstimator ZeroShot(
        this ConvRecCatalog conversational, ItemCatalog catalog, IChatClient chatClient, ZeroShotOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(conversational);
        return new ZeroShotEstimator(conversational, catalog, chatClient, options ?? new ZeroShotOptions());
    }

    /// <summary>
    /// Create a <see cref="CragEstimator"/>, which shows a chat model what train's people name together, and lets it reflect on its own
    /// steps (CRAG).
    /// </summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="chatClient">The model; it stays the caller's to dispose.</param>
    /// <param name="options">Options.</param>
    public static CragEstimator Crag(
        this ConvRecCatalog conversational, ItemCatalog catalog, IChatClient chatClient, CragOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(conversational);
        return new CragEstimator(conversational, catalog, chatClient, options ?? new CragOptions());
    }
}
