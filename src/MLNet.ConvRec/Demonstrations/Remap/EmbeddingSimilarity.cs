using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>Similarity by a model's embeddings: cosine of items' texts, listed names and dialogues, after the catalog's mean is taken off.</summary>
/// <remarks>Each text is embedded once. The mean, which all texts of a kind share, would make everything look alike.</remarks>
internal sealed class EmbeddingSimilarity : ITextSimilarity
{
    // Texts of one request; providers refuse far larger ones.
    private const int BatchSize = 128;

    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly int _neighbours;
    private readonly ConcurrentDictionary<string, float[]> _vectors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, SparseScores> _ofItems = new();
    private readonly ConcurrentDictionary<string, SparseScores> _ofTexts = new(StringComparer.Ordinal);
    private float[][] _items = [];
    private float[] _mean = [];

    private EmbeddingSimilarity(IEmbeddingGenerator<string, Embedding<float>> generator, int neighbours) =>
        (_generator, _neighbours) = (generator, neighbours);

    /// <summary>Embeds a catalog.</summary>
    /// <param name="generator">The model.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="neighbours">How many similar items are kept of each.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="InvalidDataException">The model's vectors differ in length or are not finite.</exception>
    public static async Task<EmbeddingSimilarity> CreateAsync(
        IEmbeddingGenerator<string, Embedding<float>> generator, ItemCatalog catalog, int neighbours, CancellationToken cancellationToken)
    {
        var similarity = new EmbeddingSimilarity(generator, neighbours);
        var items = await similarity.EmbedAsync([.. catalog.Items.Select(Content)], cancellationToken).ConfigureAwait(false);
        similarity._mean = Mean(items);
        similarity._items = Array.ConvertAll(items, similarity.Centred);
        return similarity;
    }

    /// <inheritdoc/>
    public int WithoutText => _items.Count(vector => TensorPrimitives.Norm<float>(vector) == 0);

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(IEnumerable<string> names, IEnumerable<Dialogue> dialogues, CancellationToken cancellationToken)
    {
        string[] missing = [.. names.Concat(dialogues.Select(Transcript)).Distinct(StringComparer.Ordinal).Where(text => !_vectors.ContainsKey(text))];
        if (missing.Length == 0)
            return;
        var vectors = await EmbedAsync(missing, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < missing.Length; i++)
            _vectors.TryAdd(missing[i], Centred(vectors[i]));
    }

    /// <inheritdoc/>
    public SparseScores Nearest(int item) => _ofItems.GetOrAdd(item, known => Nearest(_items[known], known));

    /// <inheritdoc/>
    public SparseScores Nearest(string name) => _ofTexts.GetOrAdd(name, text => Nearest(_vectors[text], -1));

    /// <inheritdoc/>
    public SparseScores Nearest(Dialogue dialogue, IReadOnlyList<int> seen) => Nearest(Transcript(dialogue));

    private SparseScores Nearest(float[] vector, int without)
    {
        var cosines = new double[_items.Length];
        for (var item = 0; item < cosines.Length; item++)
            cosines[item] = item == without ? 0 : TensorPrimitives.Dot<float>(vector, _items[item]);
        return SparseScores.FromDense(cosines, 0).Nearest(_neighbours);
    }

    private async Task<float[][]> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        List<float[]> vectors = [];
        foreach (var batch in texts.Chunk(BatchSize))
        {
            var embedded = await _generator.GenerateAsync(batch, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (embedded.Count != batch.Length)
                throw new InvalidDataException($"The embedding model gave {embedded.Count} vectors for {batch.Length} texts; it must give one for each.");
            vectors.AddRange(embedded.Select(embedding => embedding.Vector.ToArray()));
        }

        return Checked(vectors);
    }

    // NaN would rank nothing, and a length beyond all numbers would make every similarity 0.
    private float[][] Checked(List<float[]> vectors)
    {
        var length = _mean.Length > 0 ? _mean.Length : vectors[0].Length;
        if (length == 0)
            throw new InvalidDataException("The embedding model gave vectors without numbers; use another model.");
        if (vectors.Find(vector => vector.Length != length) is { } other)
        {
            throw new InvalidDataException(
                $"The embedding model gave a vector of {length} numbers and one of {other.Length}; embed all texts by one model, in one length.");
        }

        return vectors.TrueForAll(vector => float.IsFinite(TensorPrimitives.Norm<float>(vector)))
            ? [.. vectors]
            : throw new InvalidDataException("The embedding model gave a vector with numbers that are not finite, or too large to compare; use another model.");
    }

    private static float[] Mean(float[][] vectors)
    {
        var mean = new float[vectors[0].Length];
        foreach (var vector in vectors)
            TensorPrimitives.MultiplyAdd<float>(vector, 1f / vectors.Length, mean, mean);
        return mean;
    }

    // Without the mean and of length 1; a text that is nothing but the mean is like no other.
    private float[] Centred(float[] vector)
    {
        var centred = new float[vector.Length];
        TensorPrimitives.Subtract<float>(vector, _mean, centred);
        var norm = TensorPrimitives.Norm<float>(centred);
        if (norm > 0)
            TensorPrimitives.Divide(centred, norm, centred);
        return centred;
    }

    private static string Content(CatalogItem item)
    {
        string[] parts = [item.Reference.ToString(), string.Join(", ", item.Genres), string.Join(", ", item.Directors), string.Join(", ", item.Stars), item.Plot ?? ""];
        return string.Join(". ", parts.Where(part => part.Length > 0));
    }

    private static string Transcript(Dialogue dialogue) => string.Join('\n', dialogue.Turns.Select(turn => turn.Text));
}
