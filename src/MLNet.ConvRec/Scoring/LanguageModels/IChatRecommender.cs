using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>Makes a list by asking a chat model: once (zero-shot), or in steps (CRAG).</summary>
/// <remarks>Is asked about several dialogues at once.</remarks>
internal interface IChatRecommender
{
    /// <summary>Asks for a dialogue's list.</summary>
    /// <param name="dialogue">The dialogue, without its true items.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>Catalog indices by rank, each once, none of them seen.</returns>
    Task<IReadOnlyList<int>> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken);
}
