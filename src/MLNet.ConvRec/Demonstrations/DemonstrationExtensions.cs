using Microsoft.Extensions.AI;
using MLNet.ConvRec;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;

namespace Microsoft.ML;

/// <summary>The demonstrations of <c>mlContext.Transforms.ConvRec</c>.</summary>
public static class DemonstrationExtensions
{
    /// <summary>
    /// Create a <see cref="DemonstrationEstimator"/>, which turns a teacher's lists into lists of the shop's own items
    /// (Remap-Reflect-Adjust).
    /// </summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="teacher">Who writes the lists.</param>
    /// <param name="options">Options; the defaults are the paper's.</param>
    /// <param name="judge">Who grades candidates in Reflect; without one nothing is graded.</param>
    /// <param name="embeddings">Who embeds texts for Remap's similarities; without one character n-grams are compared.</param>
    public static DemonstrationEstimator BuildDemonstrations(
        this ConvRecCatalog conversational,
        ItemCatalog catalog,
        ITeacher teacher,
        DemonstrationOptions? options = null,
        IJudge? judge = null,
        IEmbeddingGenerator<string, Embedding<float>>? embeddings = null)
    {
        ArgumentNullException.ThrowIfNull(conversational);
        return new DemonstrationEstimator(conversational, catalog, teacher, judge, embeddings, options ?? new DemonstrationOptions());
    }
}
