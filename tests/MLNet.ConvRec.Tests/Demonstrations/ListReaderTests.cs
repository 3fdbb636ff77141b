using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class ListReaderTests
{
    private static readonly ItemCatalog Catalog = ItemCatalog.Create(
    [
        new CatalogItem { Title = "It", Year = 1990, Popularity = 5 },
        new CatalogItem { Title = "It", Year = 2017, Popularity = 50 },
        new CatalogItem { Title = "Dune", Year = 1984 },
        new CatalogItem { Title = "Dune", Year = 2021 },
        new CatalogItem { Title = "Alien", Year = 1979 },
        new CatalogItem { Title = "Star Wars: Episode IV - A New Hope", Year = 1977 },
        new CatalogItem { Title = "12 Angry Men", Year = 1957 },
        new CatalogItem { Title = "9", Year = 2009 },
        new CatalogItem { Title = "Airplane!", Year = 1980 },
    ]);

    [Theory]
    [InlineData("Alien (1979)", "Alien", 1979)]
    [InlineData("3. alien", "Alien", 1979)]
    [InlineData("12) \"Alien\" (1979)", "Alien", 1979)]
    [InlineData("- **Alien** (1979)", "Alien", 1979)]
    [InlineData("* “Alien”", "Alien", 1979)]
    [InlineData("7. **Alien (1979)** - in space no one can hear you", "Alien", 1979)]
    [InlineData("7. Alien - a classic", "Alien", 1979)]
    [InlineData("7. Alien (horror)", "Alien", 1979)]
    [InlineData("2. Alien: a classic", "Alien", 1979)]
    [InlineData("Alien (1980)", "Alien", 1979)]
    [InlineData("1. It", "It", 2017)]
    [InlineData("1. It (1990)", "It", 1990)]
    [InlineData("1. Dune", "Dune", 2021)]
    [InlineData("1. Star Wars: Episode IV - A New Hope", "Star Wars: Episode IV - A New Hope", 1977)]
    [InlineData("12 Angry Men", "12 Angry Men", 1957)]
    [InlineData("4. 9 (2009)", "9", 2009)]
    [InlineData("Airplane!", "Airplane!", 1980)]
    public void Line_AsModelsWriteIt_IsLinked(string line, string title, int year)
    {
        var read = Read(line);

        var only = Assert.Single(read.Lines);
        Assert.Equal((title, (int?)year), (Catalog.Items[only.Item!.Value].Title, Catalog.Items[only.Item!.Value].Year));
    }

    [Theory]
    [InlineData("1. Heat (1995)", "Heat", 1995)]
    [InlineData("1. Heat", "Heat", null)]
    [InlineData("1. Alien (1999)", "Alien", 1999)]
    public void Line_OfAnItemFromOutside_IsReadButNotLinked(string line, string name, int? year)
    {
        var only = Assert.Single(Read(line).Lines);

        Assert.Equal(new TeacherLine(name, year, null), only);
    }

    [Theory]
    [InlineData("Sure, here are 20 recommendations based on our conversation:")]
    [InlineData("I hope that you enjoy these as much as I did when I first saw them all")]
    [InlineData("Enjoy!")]
    [InlineData("   ")]
    [InlineData("1. ")]
    public void Line_OfProse_IsPassedOverAndCounted(string line)
    {
        var read = Read(line);

        Assert.Empty(read.Lines);
        Assert.Equal(1, read.UnreadLines);
    }

    [Fact]
    public void List_ThatIsNumbered_HasNoUnnumberedNamesFromOutside()
    {
        var read = Read("Here you go", "1. Alien", "2. Heat", "3. It", "2. Alien");

        Assert.Equal(["Alien", "Heat", "It", "Alien"], read.Lines.Select(line => line.Name));
        Assert.Equal((3, 1, 1), (read.LinkedLines, read.RepeatedLines, read.UnreadLines));
    }

    private static ReadList Read(params string[] lines) =>
        new ListReader(Catalog, [.. Catalog.Items.Select(item => item.Popularity ?? 0)]).Read(lines);
}
