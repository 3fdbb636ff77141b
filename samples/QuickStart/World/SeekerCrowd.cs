using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;

namespace QuickStart.World;

/// <summary>The simulated people of one shop: they name films by the world's popularity and choose by the shop's own liking.</summary>
internal sealed class SeekerCrowd
{
    /// <summary>The most films that a seeker names, and the most that a seeker chooses.</summary>
    public const int MostFilms = 3;

    // Of 100 seekers so many name, or choose, one, two and three films.
    private static readonly long[] NamedCounts = [25, 45, 30];
    private static readonly long[] ChosenCounts = [35, 40, 25];

    private readonly ItemCatalog _catalog;
    private readonly SeekerWorldOptions _options;
    private readonly string[] _tastes;
    private readonly long[] _likings;

    public SeekerCrowd(ItemCatalog catalog, int seed, SeekerWorldOptions options)
    {
        _catalog = catalog;
        _options = options;
        _tastes = [.. catalog.Items.Where(film => film.Genres.Count > 0)
            .GroupBy(film => film.Genres[0], StringComparer.Ordinal)
            .Where(films => films.DistinctBy(film => catalog.WithTitle(film.Title)[0]).Count() >= options.FewestFilmsOfTaste)
            .Select(films => films.Key).Order(StringComparer.Ordinal)];
        if (_tastes.Length < 2)
        {
            throw new ArgumentException(
                $"The catalog must have two genres that are the first of {options.FewestFilmsOfTaste} titles or more.", nameof(catalog));
        }

        _likings = HiddenLiking.Draw(catalog.Count, options.LikingSpread, SplitMix64.Stream(seed, -1));
    }

    /// <summary>Draws a seeker.</summary>
    public Seeker Draw(SplitMix64 random)
    {
        var tastes = Tastes(random);
        var naming = new long[_catalog.Count];
        var choosing = new long[_catalog.Count];
        for (var film = 0; film < _catalog.Count; film++)
        {
            var fit = Taste.Fit(_catalog.Items[film], tastes);
            naming[film] = fit * Math.Max(1, (long)(_catalog.Items[film].Popularity ?? 1));
            choosing[film] = ChoosingWeight(film, tastes);
        }

        var liked = Drawn(naming, random, 1 + random.Weighted(NamedCounts));
        foreach (var film in _catalog.IndicesOf(liked.Select(film => film.Reference)))
            choosing[film] = 0;
        return new Seeker(tastes, liked, Drawn(choosing, random, 1 + random.Weighted(ChosenCounts)));
    }

    /// <summary>Returns how likely a seeker of these tastes is to choose a film, up to a factor.</summary>
    public long ChoosingWeight(int film, IReadOnlyList<string> tastes)
    {
        var fit = Taste.Fit(_catalog.Items[film], tastes);
        return fit * fit * _likings[film];
    }

    private string[] Tastes(SplitMix64 random)
    {
        var main = random.Pick(_tastes);
        if (!random.Chance(_options.SecondTastePercent))
            return [main];
        return [main, random.Pick([.. _tastes.Where(taste => taste != main)])];
    }

    // Draws without putting back: a film, and with it every film of its title, is drawn once.
    private List<CatalogItem> Drawn(long[] weights, SplitMix64 random, int count)
    {
        var drawn = new List<CatalogItem>(count);
        while (drawn.Count < count)
        {
            var film = _catalog.Items[random.Weighted(weights)];
            drawn.Add(film);
            foreach (var sameTitle in _catalog.WithTitle(film.Title))
                weights[sameTitle] = 0;
        }

        return drawn;
    }
}
