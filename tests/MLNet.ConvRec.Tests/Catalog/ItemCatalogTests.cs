using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class ItemCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_BecomeItemsInOrder()
    {
        var path = _folder.WithLines(
            "c.jsonl",
            """{"title":"Coco","year":2017,"genres":["Animation","Comedy"],"director":"Lee Unkrich","star":["A","B"],"""
                + """ "plot":"A boy.","popularity":512,"movieLensId":9}""",
            "",
            """{"title":"Chess","year":null,"popularity":null}""",
            """{"title":"Go"}""");

        var catalog = ItemCatalog.Load(path);

        Assert.Equal(["Coco (2017)", "Chess", "Go"], catalog.Items.Select(item => item.Reference.ToString()));
        var coco = catalog.Items[0];
        Assert.Equal(["Animation", "Comedy"], coco.Genres);
        Assert.Equal(["Lee Unkrich"], coco.Directors);
        Assert.Equal(["A", "B"], coco.Stars);
        Assert.Equal("A boy.", coco.Plot);
        Assert.Equal(512, coco.Popularity);
        Assert.Null(catalog.Items[1].Popularity);
        Assert.Empty(catalog.Items[2].Genres);
    }

    [Theory]
    [InlineData("""{"year":2017}""", "\"title\" is missing or blank; give it a text.")]
    [InlineData("""{"title":"  "}""", "\"title\" is missing or blank")]
    [InlineData("""{"title":["Coco"]}""", "\"title\" is a list")]
    [InlineData("""{"title":"Coco","year":"2017"}""", "\"year\" is \"2017\"")]
    [InlineData("""{"title":"Coco","genres":[1]}""", "\"genres\" is 1; it must be a text")]
    [InlineData("""{"title":"Coco","popularity":"many"}""", "\"popularity\" is \"many\"; it must be a number")]
    [InlineData("Coco,2017", "not valid JSON")]
    public void MalformedLine_NamesFileAndLine(string line, string problem)
    {
        var path = _folder.WithLines("c.jsonl", """{"title":"Go"}""", line);

        var error = Assert.Throws<InvalidDataException>(() => ItemCatalog.Load(path));

        Assert.StartsWith($"{path}, line 2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileWithoutItems_HasNoUsableTitle()
    {
        var path = _folder.WithLines("c.jsonl", "", " ");

        var error = Assert.Throws<InvalidDataException>(() => ItemCatalog.Load(path));

        Assert.StartsWith($"{path}: no item with a usable title", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var error = Assert.Throws<FileNotFoundException>(() => ItemCatalog.Load(_folder.PathOf("none.jsonl")));

        Assert.Contains("none.jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BlankTitleInMemory_IsRefusedByItsPlace()
    {
        var error = Assert.Throws<InvalidDataException>(() => ItemCatalog.Create([new() { Title = "Go" }, new() { Title = " " }]));

        Assert.Equal("the given items, item 2: the title is blank; give every item a title.", error.Message);
    }

    [Fact]
    public void SameIdentity_KeepsTheFirst()
    {
        var catalog = ItemCatalog.Create(
        [
            new() { Title = "Up", Year = 2009, Plot = "first" },
            new() { Title = " UP ", Year = 2009, Plot = "second" },
            new() { Title = "Up", Year = 1984 },
            new() { Title = "up (1984)" },
            new() { Title = "Up" },
        ]);

        Assert.Equal(["Up (2009)", "Up (1984)", "Up"], catalog.Items.Select(item => item.Reference.ToString()));
        Assert.Equal("first", catalog.Items[0].Plot);
        Assert.Equal(2, catalog.DuplicateCount);
    }

    [Fact]
    public void YearInTheTitle_BecomesTheItemsYear()
    {
        var catalog = ItemCatalog.Create([new() { Title = "Arrival (2016)" }]);

        Assert.Equal(new ItemReference("Arrival", 2016), catalog.Items[0].Reference);
        Assert.Equal(0, catalog.IndexOf(new ItemReference("arrival", 2016)));
        Assert.Equal(0, catalog.IndexOf(new ItemReference("Arrival (2016)")));
    }

    [Fact]
    public void Lookup_ComparesNormalTitlesAndExactYears()
    {
        var catalog = ItemCatalog.Create(
            [new() { Title = "It", Year = 1990 }, new() { Title = "Go" }, new() { Title = "IT", Year = 2017 }]);

        Assert.Equal(2, catalog.IndexOf(new ItemReference("it", 2017)));
        Assert.Equal(-1, catalog.IndexOf(new ItemReference("it", 2016)));
        Assert.Equal(-1, catalog.IndexOf(new ItemReference("it")));
        Assert.Equal(1, catalog.IndexOf(new ItemReference("GO")));
        Assert.Equal([0, 2], catalog.WithTitle("it"));
        Assert.Empty(catalog.WithTitle("up"));
        Assert.Equal([0, 1, 2], catalog.IndicesOf([new("Go", 1999), new("It", 1800), new("Go")]));
    }

    [Theory]
    [InlineData("c.jsonl")]
    [InlineData("c.jsonl.gz")]
    public void SavedCatalog_IsLoadedBack(string name)
    {
        var catalog = ItemCatalog.Create(
        [
            new() { Title = "Amélie", Year = 2001, Genres = ["Comedy"], Directors = ["D"], Stars = ["S", "T"], Plot = "\"café\"" },
            new() { Title = "Go", Popularity = 1.5 },
        ]);

        catalog.Save(_folder.PathOf(name));

        Assert.Equivalent(catalog.Items, ItemCatalog.Load(_folder.PathOf(name)).Items, strict: true);
        Assert.Equal([name], _folder.Names);
    }
}
