using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Scoring;

/// <summary>What a saved recommender was made of.</summary>
/// <param name="Policy">Its policy: weights, tokenizer and prompt.</param>
/// <param name="Catalog">What it may recommend; a saved recommender keeps titles, years and popularity.</param>
public sealed record RecommenderParts(PolicyModel Policy, ItemCatalog Catalog);
