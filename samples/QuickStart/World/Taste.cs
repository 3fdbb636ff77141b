using MLNet.ConvRec.Catalog;

namespace QuickStart.World;

/// <summary>How well a film fits tastes.</summary>
internal static class Taste
{
    private const long MainGenre = 12;
    private const long FurtherGenre = 3;

    /// <summary>Returns 0 for a film of other genres; most where the film's first genre is the main taste.</summary>
    /// <param name="film">The film; its first genre counts more than the others.</param>
    /// <param name="tastes">The tastes; the first, the main one, counts twice as much as the second.</param>
    public static long Fit(CatalogItem film, IReadOnlyList<string> tastes)
    {
        var fit = 0L;
        for (var i = 0; i < tastes.Count; i++)
            fit += (i == 0 ? 2 : 1) * Fit(film, tastes[i]);
        return fit;
    }

    private static long Fit(CatalogItem film, string taste) =>
        film.Genres.Count > 0 && film.Genres[0] == taste ? MainGenre : film.Genres.Contains(taste) ? FurtherGenre : 0;
}
