using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Teachers;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// A simulated language model: it knows the world's items, what people outside rate alike, genres and what is popular, but neither this
/// shop's
/// catalog nor what its seekers choose.
/// </summary>
/// <remarks>
/// It stands in for a black-box model where none can be called and is labelled simulated wherever it appears. It lists titles that the shop
/// lacks, forgets years,
/// repeats itself, and writes prose around its lists. The same seed and dialogue give the same list. Safe for use from several threads.
/// </remarks>
public sealed class WorldTeacher : ITeacher, IJudge
{
    private readonly WorldKnowledge _knowledge;
    private readonly WorldTeacherOptions _options;

    /// <summary>Makes a teacher that knows items by genre and popularity.</summary>
    /// <param name="items">The world's items; also such as the shop lacks.</param>
    /// <param name="options">How it thinks and writes.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">There is no item with a usable title.</exception>
    public WorldTeacher(IEnumerable<CatalogItem> items, WorldTeacherOptions options)
        : this(new WorldKnowledge(ItemCatalog.Create(items), null, options), options)
    {
    }

    private WorldTeacher(WorldKnowledge knowledge, WorldTeacherOptions options)
    {
        options.Validate();
        _knowledge = knowledge;
        _options = options;
    }

    /// <inheritdoc/>
    public string Name => "world (simulated)";

    /// <inheritdoc/>
    public bool IsSimulated => true;

    /// <summary>Loads the world from files, such as MovieLens.</summary>
    /// <param name="itemsPath">Items as JSONL: catalog lines with the <c>movieId</c> by which ratings call them.</param>
    /// <param name="ratingsPath">
    /// Ratings as CSV with the columns <c>userId</c>, <c>movieId</c> and <c>rating</c>; <see langword="null"/> for none.
    /// </param>
    /// <param name="options">How it thinks and writes.</param>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    /// <exception cref="InvalidDataException">A line can't be read; the sentence names file and line.</exception>
    public static WorldTeacher Load(string itemsPath, string? ratingsPath, WorldTeacherOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var items = WorldFile.ReadItems(itemsPath);
        var world = ItemCatalog.Create(items.Select(item => item.Item));
        var ratings = ratingsPath is null ? null : LoadRatings(items, world, ratingsPath);
        return new WorldTeacher(new WorldKnowledge(world, ratings, options), options);
    }

    /// <inheritdoc/>
    public ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        var generator = StableHash.Generator(_options.Seed, dialogue.Id);
        var named = _knowledge.ItemsNamedIn(dialogue);
        var best = TopItems.Of(_knowledge.Score(dialogue, named, generator), _options.ListLength, named.ToHashSet());
        var lines = SimulatedHand.Write([.. best.Select(Item)], [.. named.Select(Item)], _options, generator);
        return ValueTask.FromResult(new TeacherList(dialogue.Id, Name, lines));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Grades by its own opinion: the fifth of the candidates that it likes best gets +L, the fifth that it likes least −L; unknown ones
    /// get 0.
    /// </remarks>
    public ValueTask<IReadOnlyList<double>> RateAsync(
        Dialogue dialogue, IReadOnlyList<CatalogItem> candidates, int ratingScale, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        ArgumentNullException.ThrowIfNull(candidates);
        var scores = _knowledge.Score(dialogue, _knowledge.ItemsNamedIn(dialogue), StableHash.Generator(_options.Seed, dialogue.Id));
        var known = candidates.Select(_knowledge.Find).Select((item, place) => (item, place)).Where(candidate => candidate.item >= 0)
            .OrderByDescending(candidate => scores[candidate.item]).ToArray();
        var grades = new double[candidates.Count];
        for (var i = 0; i < known.Length; i++)
            grades[known[i].place] = Math.Round(ratingScale * (2 - (5 * i / known.Length)) / 2.0);
        return ValueTask.FromResult<IReadOnlyList<double>>(grades);
    }

    private static CoRatings LoadRatings(IReadOnlyList<(CatalogItem Item, long? Id)> items, ItemCatalog world, string path)
    {
        var byId = new Dictionary<long, int>();
        foreach (var (item, id) in items)
        {
            if (id is { } known)
                byId.TryAdd(known, world.IndexOf(item.Reference));
        }

        var liked = WorldFile.ReadLiked(path).Where(rating => byId.ContainsKey(rating.Item));
        return new CoRatings(world.Count, liked.Select(rating => (rating.Rater, byId[rating.Item])));
    }

    private CatalogItem Item(int index) => _knowledge.World.Items[index];
}
