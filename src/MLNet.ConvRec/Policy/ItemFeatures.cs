using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Teachers;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Policy;

/// <summary>
/// What a shop knows of its items before anybody talks of them, a vector for each: where a policy made from scratch begins with it, the titles of like items
/// begin alike (<see cref="Backbone.Features"/>).
/// </summary>
/// <remarks>Immutable. Items of which nothing is known have zeros.</remarks>
public sealed class ItemFeatures
{
    private const int FactorCount = 48;

    // So that genres and factors weigh about alike.
    private const float GenreWeight = 0.5f, FactorWeight = 3;

    private readonly float[][] _vectors; // [items][width]

    private ItemFeatures(float[][] vectors) => _vectors = vectors;

    /// <summary>The number of items.</summary>
    public int Count => _vectors.Length;

    /// <summary>The length of each vector.</summary>
    public int Width => _vectors is [var first, ..] ? first.Length : 0;

    /// <summary>Features of the genres that the catalog names; of no width where it names none.</summary>
    /// <param name="catalog">The items.</param>
    public static ItemFeatures OfGenres(ItemCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        string[] genres = [.. catalog.Items.SelectMany(item => item.Genres).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        return new ItemFeatures([.. catalog.Items.Select(item =>
            Array.ConvertAll(genres, genre => item.Genres.Contains(genre, StringComparer.OrdinalIgnoreCase) ? GenreWeight : 0))]);
    }

    /// <summary>Features of who liked which items, in the shop or elsewhere, such as MovieLens: 48 factors (truncated SVD).</summary>
    /// <param name="catalog">The shop's items.</param>
    /// <param name="itemsPath">Items as JSONL: catalog lines with the <c>movieId</c> by which ratings call them; those that the shop lacks are left out.</param>
    /// <param name="ratingsPath">Ratings as CSV with the columns <c>userId</c>, <c>movieId</c> and <c>rating</c>; 3.5 and more is liking.</param>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    /// <exception cref="InvalidDataException">A line can't be read; the sentence names file and line.</exception>
    public static ItemFeatures OfRatings(ItemCatalog catalog, string itemsPath, string ratingsPath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var byId = new Dictionary<long, int>();
        foreach (var (item, id) in WorldFile.ReadItems(itemsPath))
        {
            if (id is { } known && catalog.IndexOf(item.Reference) is var index and >= 0)
                byId.TryAdd(known, index);
        }

        var liked = WorldFile.ReadLiked(ratingsPath).Where(rating => byId.ContainsKey(rating.Item)).Select(rating => (rating.Rater, byId[rating.Item]));
        return OfFactors(catalog, liked);
    }

    /// <summary>Features of what people talk of together, for a shop that has nothing but dialogues: 48 factors (truncated SVD) of conversations and their items.</summary>
    /// <param name="catalog">The items.</param>
    /// <param name="dialogues">
    /// Dialogues with ground truth, whose conversations name items and choose some; others are left out. Those whose answers shall surprise the policy don't belong
    /// here: <see cref="DemonstrationOptions.HeldOut"/>.
    /// </param>
    public static ItemFeatures OfDialogues(ItemCatalog catalog, IEnumerable<Dialogue> dialogues)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(dialogues);
        var named = dialogues.Where(dialogue => dialogue.GroundTruth.Count > 0).GroupBy(dialogue => dialogue.ConversationId, StringComparer.Ordinal).SelectMany((conversation, number) =>
            conversation.SelectMany(dialogue => SeenItems.Of(dialogue, catalog).Concat(dialogue.GroundTruth)).Select(item => ((long)number, catalog.IndexOf(item))));
        return OfFactors(catalog, named.Where(pair => pair.Item2 >= 0));
    }

    private static ItemFeatures OfFactors(ItemCatalog catalog, IEnumerable<(long Rater, int Item)> liked) =>
        new(Array.ConvertAll(RatingFactors.Of(catalog.Count, liked, FactorCount), vector => Array.ConvertAll(vector, value => value * FactorWeight)));

    /// <summary>Returns these features and others beside them.</summary>
    /// <param name="others">Features of the same items.</param>
    /// <exception cref="ArgumentException">They are of another number of items.</exception>
    public ItemFeatures With(ItemFeatures others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return others.Count == Count
            ? new ItemFeatures([.. _vectors.Zip(others._vectors, (mine, theirs) => (float[])[.. mine, .. theirs])])
            : throw new ArgumentException($"ItemFeatures of {Count} and of {others.Count} items are of different catalogs; make both of one.");
    }

    /// <summary>Projects the vectors at random, which keeps their likeness: [items][width], of mean square 1 over all; zeros where nothing is known.</summary>
    internal float[][] Project(int width, ulong seed)
    {
        const ulong Stream = 0xFEA7;
        float[][] matrix = [.. Enumerable.Range(0, Width).Select(i => Enumerable.Range(0, width).Select(k => (float)CounterRandom.Normal(seed, Stream + (ulong)i, (ulong)k)).ToArray())];
        var projected = Array.ConvertAll(_vectors, vector => Enumerable.Range(0, width).Select(k => vector.Select((value, i) => value * matrix[i][k]).Sum()).ToArray());
        var square = projected.Average(vector => vector.Average(value => (double)value * value));
        return square > 0 ? Array.ConvertAll(projected, vector => Array.ConvertAll(vector, value => (float)(value / Math.Sqrt(square)))) : projected;
    }
}
