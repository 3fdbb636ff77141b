using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Teachers;

/// <summary>What the simulated model thinks of the world's items for a dialogue.</summary>
internal sealed class WorldKnowledge
{
    private const int YearTolerance = 1;

    // What a genre that the seeker names counts beside one that the named items have on average.
    private const double SpokenGenreWeight = 1.5;

    private readonly CoRatings? _ratings;
    private readonly WorldTeacherOptions _options;
    private readonly GenreWords _genreWords;
    private readonly double[] _popularity;
    private readonly int[][] _genres;

    public WorldKnowledge(ItemCatalog world, CoRatings? ratings, WorldTeacherOptions options)
    {
        World = world;
        _ratings = ratings;
        _options = options;
        _genreWords = new GenreWords(world.Items);
        _genres = [.. world.Items.Select(item => item.Genres.Distinct().Select(genre => _genreWords.Genres[genre]).ToArray())];
        var most = Math.Max(1, world.Items.Max(item => item.Popularity ?? 0));
        _popularity = [.. world.Items.Select(item => Math.Log(1 + Math.Max(0, item.Popularity ?? 0)) / Math.Log(1 + most))];
    }

    /// <summary>The world's items.</summary>
    public ItemCatalog World { get; }

    /// <summary>Finds the item of the world that another catalog's item is: by title, and a year at most 1 apart.</summary>
    /// <returns>The world's index, or −1.</returns>
    public int Find(CatalogItem item) => LinkedDialogue.Find(item.Reference, World, YearTolerance);

    /// <summary>The world's items that a dialogue has named.</summary>
    public int[] ItemsNamedIn(Dialogue dialogue) =>
        LinkedDialogue.Link(SeenItems.Of(dialogue, World), World, YearTolerance);

    /// <summary>Returns what it thinks of every item: ratings, genres and popularity, with some noise.</summary>
    public double[] Score(Dialogue dialogue, int[] named, Random generator)
    {
        var wanted = WantedGenres(dialogue, named);
        var scores = new double[World.Count];
        for (var item = 0; item < scores.Length; item++)
        {
            scores[item] = (_options.GenreWeight * Match(_genres[item], wanted)) + (_options.PopularityWeight * _popularity[item])
                + (_options.Noise * Gumbel(generator));
        }

        if (_ratings is not null)
        {
            foreach (var item in named)
                _ratings.Row(item).AddTo(scores, _options.RatingWeight / named.Length);
        }

        return scores;
    }

    // How much each genre is wanted, by its number; of length 1.
    private double[] WantedGenres(Dialogue dialogue, int[] named)
    {
        var wanted = new double[_genreWords.Genres.Count];
        foreach (var genre in _genreWords.In(dialogue))
            wanted[genre] = SpokenGenreWeight;
        foreach (var genre in named.SelectMany(item => _genres[item]))
            wanted[genre] += 1.0 / named.Length;
        var length = Math.Sqrt(wanted.Sum(weight => weight * weight));
        return length == 0 ? wanted : Array.ConvertAll(wanted, weight => weight / length);
    }

    // Cosine of an item's genres, all alike, and the wanted ones.
    private static double Match(int[] genres, double[] wanted)
    {
        var sum = 0.0;
        foreach (var genre in genres)
            sum += wanted[genre];
        return genres.Length == 0 ? 0 : sum / Math.Sqrt(genres.Length);
    }

    private static double Gumbel(Random generator) => -Math.Log(-Math.Log(Math.Max(generator.NextDouble(), 1e-12)));
}
