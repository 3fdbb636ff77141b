using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;

namespace MLNet.ConvRec.Tests.Demonstrations.Reading;

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

    [Theory]
    [InlineData("1) Alien")]
    [InlineData("(1) Alien")]
    [InlineData("[1] Alien")]
    [InlineData("#1 Alien")]
    [InlineData("#1: Alien")]
    [InlineData("1 - Alien")]
    [InlineData("1 – Alien")]
    [InlineData("1: Alien")]
    [InlineData("1.) Alien")]
    [InlineData("1.Alien")]
    [InlineData("No. 1: Alien")]
    [InlineData("No 1. Alien")]
    [InlineData("Movie #1: Alien")]
    [InlineData("１．Alien")]
    [InlineData("１）　Ａｌｉｅｎ")]
    [InlineData("① Alien")]
    [InlineData("1️⃣ Alien")]
    [InlineData("**1.** Alien")]
    [InlineData("**1. Alien**")]
    [InlineData("### 1. Alien")]
    [InlineData("> - [x] Alien")]
    [InlineData("• Alien")]
    [InlineData("🎬 Alien")]
    [InlineData("\u200B1. Alien\uFE0F")]
    public void Marker_IsTakenOff(string line) => Assert.Equal("Alien (1979)", Single(line));

    [Theory]
    [InlineData("\"Alien\"")]
    [InlineData("'Alien'")]
    [InlineData("‘Alien’ (1979)")]
    [InlineData("«Alien»")]
    [InlineData("„Alien“")]
    [InlineData("《Alien》")]
    [InlineData("「Alien」（1979）")]
    [InlineData("__Alien__")]
    [InlineData("***Alien***")]
    [InlineData("`Alien`")]
    [InlineData("<b>Alien</b>")]
    [InlineData("[Alien](https://example.org/alien)")]
    [InlineData("Alien\\!")]
    public void Ornament_IsTakenOff(string title) => Assert.Equal("Alien (1979)", Single($"1. {title}"));

    [Theory]
    [InlineData("Alien - 1979 - the crew of a ship finds eggs")]
    [InlineData("Alien (1979, dir. Ridley Scott)")]
    [InlineData("Alien (dir. Ridley Scott, 1979)")]
    [InlineData("Alien (horror) (1979)")]
    [InlineData("Alien [1979]")]
    [InlineData("Alien, 1979")]
    [InlineData("Alien 1979")]
    [InlineData("Alien: 1979")]
    [InlineData("1979 - Alien")]
    [InlineData("(1979) Alien")]
    [InlineData("Alien (1979-1981)")]
    [InlineData("Alien — a classic")]
    [InlineData("Alien- a classic")]
    [InlineData("Alien | horror")]
    [InlineData("Alien, directed by Ridley Scott")]
    [InlineData("Alien by Ridley Scott")]
    [InlineData("Alien. A crew finds eggs.")]
    [InlineData("\"Alien\" is about a crew that finds eggs")]
    [InlineData("I would suggest \"Alien\" (1979)")]
    [InlineData("Movie: Alien")]
    [InlineData("The Unknown (Alien)")]
    [InlineData("Das unheimliche Wesen (aka Alien, 1979)")]
    [InlineData("Alien (")]
    public void Remark_IsTakenOff(string text) => Assert.Equal("Alien (1979)", Single($"3. {text}"));

    [Theory]
    [InlineData("Matrix, The (1999)", "The Matrix (1999)")]
    [InlineData("Matrix", "The Matrix (1999)")]
    [InlineData("The Mummy", "Mummy, The (1999)")]
    [InlineData("The Wedding Crashers", "Wedding Crashers (2005)")]
    [InlineData("The Heat (1995)", "Heat (1995)")]
    [InlineData("Le Fabuleux Destin", null)]
    [InlineData("Amelie", "Amélie (2001)")]
    [InlineData("Amélie", "Amélie (2001)")]
    [InlineData("Léon", "Leon (1994)")]
    [InlineData("Lóve", "Lóve (2011)")]
    [InlineData("Love", "Love (2015)")]
    [InlineData("Spider Man", "Spider-Man (2002)")]
    [InlineData("Spiderman", "Spider-Man (2002)")]
    [InlineData("Mission Impossible", "Mission: Impossible (1996)")]
    [InlineData("Hobbs and Shaw", "Hobbs & Shaw (2019)")]
    [InlineData("Hobbs &amp; Shaw", "Hobbs & Shaw (2019)")]
    [InlineData("Rocky 4", "Rocky IV (1985)")]
    [InlineData("The Godfather Part 2", "The Godfather: Part II (1974)")]
    [InlineData("The Godfather II", "The Godfather: Part II (1974)")]
    [InlineData("Twelve Angry Men", "12 Angry Men (1957)")]
    [InlineData("A New Hope", "Star Wars: Episode IV - A New Hope (1977)")]
    [InlineData("Star Wars: A New Hope", "Star Wars: Episode IV - A New Hope (1977)")]
    [InlineData("Star Wars (1977)", "Star Wars: Episode IV - A New Hope (1977)")]
    [InlineData("Интерстеллар", "Интерстеллар (2014)")]
    [InlineData("千と千尋の神隠し（2001）", "千と千尋の神隠し (2001)")]
    [InlineData("Interstelar: a space film", null)]
    [InlineData("The Shawshenk Redemption", "The Shawshank Redemption (1994)")]
    [InlineData("Shawshank Redemtion", null)]
    public void Title_SpeltOtherwise_IsLinked(string written, string? item)
    {
        var read = Spelt.Read([$"1. {written}"]);

        Assert.Equal(item, Assert.Single(read.Lines).Item is { } found ? Spellings.Items[found].Reference.ToString() : null);
    }

    [Theory]
    [InlineData("The Heat", "The Heat", null)] // another film than Heat
    [InlineData("The Godfather: Part III", "The Godfather: Part III", null)]
    [InlineData("Rocky V (1990)", "Rocky V", 1990)]
    [InlineData("Ocean's Thirteen", "Ocean's Thirteen", null)]
    [InlineData("The Wedding Singer", "The Wedding Singer", null)] // a letter away from The Wedding Ringer
    [InlineData("Predators", "Predators", null)]
    [InlineData("Crazy, Stupid, Love (2011)", "Crazy, Stupid, Love", 2011)]
    [InlineData("Blade Runner 2049", "Blade Runner 2049", null)]
    [InlineData("Brother [1997] - a Russian film", "Brother", 1997)]
    [InlineData("2010 - Brother", "Brother", 2010)]
    [InlineData("Solo: A Star Wars Story", "Solo: A Star Wars Story", null)]
    [InlineData("Brother by the Sun", "Brother by the Sun", null)]
    [InlineData("Solo & Heat (1999)", "Solo & Heat", 1999)]
    [InlineData("Heat and Crazy (2000)", "Heat and Crazy", 2000)]
    [InlineData("Heat and Crazy", "Heat and Crazy", null)]
    [InlineData("Predator³", "Predator³", null)]
    [InlineData("Heat: The Movie", "Heat: The Movie", null)]
    [InlineData("The Wedding Crazer", "The Wedding Crazer", null)]
    public void Title_OfAnotherFilm_IsNotLinked(string written, string name, int? year) =>
        Assert.Equal(new TeacherLine(name, year, null), Assert.Single(Spelt.Read([$"1. {written}"]).Lines));

    [Theory]
    [InlineData("[|Human|] Can you recommend a film like \"Alien\"?")]
    [InlineData("1. User: I'm looking for some good films to watch.")]
    [InlineData("System: Alien, of course")]
    [InlineData("[")]
    [InlineData("#")]
    [InlineData("🎬")]
    [InlineData("— ** — [ ] —")]
    [InlineData("Here are films that you may like, each with a reason:")]
    public void Line_ThatNamesNothing_IsPassedOver(string line) => Assert.Empty(Read(line).Lines);

    [Fact]
    public void List_WithNumbersAlone_IsNumbered()
    {
        var read = Read("1 Alien", "2 It", "3 12 Angry Men", "4 Heat");

        Assert.Equal(["Alien", "It", "12 Angry Men", "Heat"], read.Lines.Select(line => line.Name));
        Assert.Equal(3, read.LinkedLines);
    }

    [Fact]
    public void Line_OfSeveralTitles_IsReadAsEachWhereAllAreInTheCatalog()
    {
        Assert.Equal(["Alien", "It", "Airplane!"], Read("Alien, It (2017), and Airplane!").Lines.Select(line => line.Name));
        Assert.Equal(
            ["Spider-Man", "Me, Myself & Irene"], Spelt.Read(["Spider-Man and Me, Myself & Irene"]).Lines.Select(line => line.Name));
        Assert.Equal("Alien, Heat and It", Assert.Single(Read("1. Alien, Heat and It").Lines).Name);
    }

    [Fact]
    public void List_InAnotherScript_IsOfNames()
    {
        var read = Read("Чужой", "千と千尋の神隠し", "기생충 (2019)");

        Assert.Equal(["Чужой", "千と千尋の神隠し", "기생충"], read.Lines.Select(line => line.Name));
    }

    [Fact]
    public void AnyLine_IsReadWithoutFail()
    {
        string[] written = ["1. **Alien** (1979) - a classic", "2) \"Star Wars: Episode IV - A New Hope\" [1977], It & Dune"];

        foreach (var list in Mutations.Of(written, 20_000).Chunk(20))
        {
            var read = Read(list);
            Assert.All(read.Lines, line => Assert.NotEmpty(line.Name));
            Assert.InRange(read.UnreadLines, 0, list.Length);
        }
    }

    private static ItemCatalog Spellings { get; } = ItemCatalog.Create(
        new (string, int)[]
        {
            ("The Matrix", 1999), ("Mummy, The", 1999), ("Wedding Crashers", 2005), ("Heat", 1995), ("Amélie", 2001), ("Leon", 1994),
            ("Love", 2015), ("Lóve", 2011), ("Spider-Man", 2002), ("Mission: Impossible", 1996), ("Hobbs & Shaw", 2019),
            ("Rocky IV", 1985), ("The Godfather", 1972), ("The Godfather: Part II", 1974), ("12 Angry Men", 1957),
            ("Star Wars: Episode IV - A New Hope", 1977), ("Интерстеллар", 2014),
            ("千と千尋の神隠し", 2001), ("Interstellar Wars", 2016), ("The Shawshank Redemption", 1994), ("Ocean's Twelve", 2004), ("Crazy", 2000),
            ("The Wedding Ringer", 2015), ("Predator", 1987), ("Blade Runner", 1982), ("Solo", 1996), ("Me, Myself & Irene", 2000),
            ("Brother", 2020),
        }.Select(film => new CatalogItem { Title = film.Item1, Year = film.Item2 }));

    private static ListReader Spelt { get; } = new(Spellings, new double[Spellings.Count]);

    private static string? Single(string line) =>
        Assert.Single(Read(line).Lines).Item is { } item ? Catalog.Items[item].Reference.ToString() : null;

    private static ReadList Read(params string[] lines) =>
        new ListReader(Catalog, [.. Catalog.Items.Select(item => item.Popularity ?? 0)]).Read(lines);
}
