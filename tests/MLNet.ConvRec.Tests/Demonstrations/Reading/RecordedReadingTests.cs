using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Tests.Evaluation;

namespace MLNet.ConvRec.Tests.Demonstrations.Reading;

/// <summary>How much of the lists that real models wrote is read and linked.</summary>
public sealed class RecordedReadingTests
{
    // Our own where the data is absent.
    private static readonly string[] OwnLines =
    [
        "Sure, here they are:", "1. The Sixth Sense (1999)", "2. \"It\" - a clown", "3. Heat", "4. Alien: Covenant (2017)",
        "[|Human|] Thank you!",
    ];

    private static readonly ItemCatalog OwnCatalog = ItemCatalog.Create(
    [
        new CatalogItem { Title = "The Sixth Sense", Year = 1999 },
        new CatalogItem { Title = "It", Year = 2017 },
        new CatalogItem { Title = "It", Year = 1990 },
        new CatalogItem { Title = "Alien", Year = 1979 },
    ]);

    // The least shares of lines that name something, and of those that are linked.
    [Theory]
    [InlineData("gpt-4", 0.99, 0.56)]
    [InlineData("gpt-3.5-turbo", 0.98, 0.56)]
    [InlineData("vicuna", 0.99, 0.44)]
    [InlineData("baize", 0.73, 0.54)]
    public void Lines_OfAModel_AreReadAndLinked(string model, double leastRead, double leastLinked)
    {
        var folder = GoldenFiles.DataFolder;
        var catalog = folder is null ? OwnCatalog : ItemCatalog.Load(Path.Combine(folder, "catalogs", "inspired.jsonl"));
        var lists = folder is null ? [OwnLines] : Recorded(Path.Combine(folder, "teacher", $"inspired-{model}.jsonl"));
        var reader = new ListReader(catalog, [.. catalog.Items.Select(item => item.Popularity ?? 0)]);

        var read = lists.Select(reader.Read).ToArray();

        double lines = lists.Sum(list => list.Length);
        double named = read.Sum(list => list.Lines.Count);
        double linked = read.Sum(list => list.LinkedLines);
        var simple = lists.Sum(list => list.Count(line => SimpleListReading.Link(line, catalog.Items) is not null));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model}: {lines} lines, {named / lines:p1} name something, {linked / named:p1} of these are linked: "
                + $"{linked} (simple reading {simple})"));
        Assert.True(named / lines >= (folder is null ? 0.66 : leastRead), $"{named} of {lines} lines name something");
        Assert.True(linked / named >= (folder is null ? 0.5 : leastLinked), $"{linked} of {named} names are linked");
        Assert.All(lists.Zip(read), list => AssertNoTitleIsLost(list.First, list.Second, catalog));
    }

    // What the simple reading links we link to the same title, unless the line says a year that no item of it has.
    private static void AssertNoTitleIsLost(string[] raw, ReadList read, ItemCatalog catalog)
    {
        var linked = read.Lines.Select(line => line.Item is { } item ? catalog.Items[item].Title : null).ToHashSet();
        foreach (var line in raw)
        {
            if (SimpleListReading.Link(line, catalog.Items) is not { } simple || linked.Contains(simple.Title))
                continue;
            var year = WrittenYear.InBracketsAfter(line, 0);
            Assert.True(
                year is not null && catalog.WithTitle(simple.Title).All(item => Math.Abs(catalog.Items[item].Year!.Value - year.Value) > 2),
                $"'{line}' names {simple.Title}");
        }
    }

    private static string[][] Recorded(string path)
    {
        var teacher = File.ReadLines(path).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement);
        return [.. teacher.Select(list => list.GetProperty("raw").EnumerateArray().Select(line => line.GetString()!).ToArray())];
    }
}
