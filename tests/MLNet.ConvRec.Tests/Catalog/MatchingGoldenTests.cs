using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class MatchingGoldenTests
{
    // One case of each clause of the definition, for where there are no golden files.
    private const string Own = """
        [
         {"catalog":[{"title":"Up","year":2009},{"title":"It","year":1990},{"title":"It","year":2017},{"title":"Alien","year":1979}],
          "listed":[{"title":"UP","year":2009},null,{"title":"It","year":2017},{"title":"It","year":2017},{"title":"Up","year":2010}],
          "seen":[],"groundTruth":[{"title":"up","year":2010},{"title":"It","year":2019}],"hits":[1,0,1,0,0]},
         {"catalog":[{"title":"Up","year":2009},{"title":"It","year":1990},{"title":"It","year":2017},{"title":"Alien","year":1979}],
          "listed":[{"title":"It","year":1990},{"title":"Alien","year":1979},{"title":"Up","year":2009}],
          "seen":[{"title":"Alien","year":1966}],
          "groundTruth":[{"title":"It","year":1993},{"title":"Alien","year":1979},{"title":"Up","year":2011}],"hits":[0,0,1]}
        ]
        """;

    [Fact]
    public void Hits_AreTheGoldenOnes()
    {
        var golden = GoldenFiles.Cases("matching.json");
        var cases = golden.Length > 0 ? golden : [.. JsonElement.Parse(Own).EnumerateArray()];

        Assert.All(cases, AssertHits);
    }

    private static void AssertHits(JsonElement example)
    {
        var items = Items(example, "catalog").Select(item => new CatalogItem { Title = item!.Title, Year = item.Year });
        var matcher = new TitleMatcher(ItemCatalog.Create(items));

        var hits = matcher.Hits([.. Items(example, "listed")], Items(example, "seen")!, Items(example, "groundTruth")!);

        Assert.Equal(example.GetProperty("hits").EnumerateArray().Select(hit => hit.GetInt32() == 1), hits);
    }

    private static IEnumerable<ItemReference?> Items(JsonElement example, string name) => example.GetProperty(name).EnumerateArray()
        .Select(item => item.ValueKind == JsonValueKind.Null ? null : item.Item());
}
