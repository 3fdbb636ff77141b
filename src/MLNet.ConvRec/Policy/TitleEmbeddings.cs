using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy;

/// <summary>Lets the tokens that stand for a title begin with what is known of its item.</summary>
internal static class TitleEmbeddings
{
    private const string Embedding = "model.embed_tokens.weight";

    // Twice the spread of the random weights, so that likeness shows and chance still tells items apart.
    private const float Spread = 0.04f;

    /// <summary>Returns the weights with the features of each item added to the token of its title; titles of several tokens are left as they are.</summary>
    /// <param name="weights">The weights; head and embedding may be tied.</param>
    /// <param name="prompt">Writes lines as tokens.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="features">What is known of them.</param>
    /// <param name="seed">The seed of the projection.</param>
    /// <exception cref="ArgumentException">The features are of another number of items.</exception>
    public static PolicyWeights Add(PolicyWeights weights, ChatPrompt prompt, ItemCatalog catalog, ItemFeatures features, ulong seed)
    {
        if (features.Count != catalog.Count)
            throw new ArgumentException($"Backbone.Features are of {features.Count} items and the catalog has {catalog.Count}; make them of this catalog.");
        var hidden = weights.Config.HiddenSize;
        var projected = features.Project(hidden, seed);
        var values = weights.Tensors[Embedding].ToArray();
        for (var item = 0; item < catalog.Count; item++)
        {
            if (prompt.EncodeLine(catalog.Items[item].Title, catalog.Items[item].Year) is not [var title, _])
                continue;
            for (var k = 0; k < hidden; k++)
                values[(title * hidden) + k] += Spread * projected[item][k];
        }

        return new PolicyWeights(weights.Config, new Dictionary<string, NamedTensor>(weights.Tensors) { [Embedding] = new ArrayTensor(weights.Tensors[Embedding].Shape, values) });
    }
}
