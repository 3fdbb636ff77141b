using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using QuickStart.World;

namespace MLNet.ConvRec.Tests.Samples;

public sealed class EmbeddedFilmsTests
{
    private static readonly ItemCatalog Shop = EmbeddedFilms.Shop();

    [Fact]
    public void Shop_HoldsEveryFilmOnce()
    {
        Assert.Equal(0, Shop.DuplicateCount);
        Assert.InRange(Shop.Count, 350, 400);
    }

    [Fact]
    public void Shop_DescribesEveryFilm() => Assert.All(Shop.Items, film =>
    {
        Assert.InRange(film.Genres.Count, 1, 3);
        Assert.NotEmpty(film.Directors);
        Assert.True(film.Popularity > 0);
        Assert.InRange(film.Year!.Value, 1900, 2025);
        Assert.Equal(film.Reference, ListLine.Parse(film.Reference.ToString()));
    });

    [Fact]
    public void FirstGenres_AreBalanced()
    {
        var counts = Shop.Items.CountBy(film => film.Genres[0]).ToArray();

        Assert.InRange(counts.Length, 12, 14);
        Assert.All(counts, genre => Assert.InRange(genre.Value, 24, 28));
    }

    [Fact]
    public void OutsideFilms_AreNotInTheShop() => Assert.All(EmbeddedFilms.Outside(), film => Assert.Empty(Shop.WithTitle(film.Title)));
}
