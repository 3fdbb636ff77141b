using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Scoring.LanguageModels.Crag;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

public sealed class CollaborativeRetrievalTests
{
    private static readonly HashSet<int> Nothing = [];

    [Fact]
    public void ItemsNamedTogether_AreFound()
    {
        var retrieval = CollaborativeRetrieval.Fit(
            [Pair("a-1", 0, 3), Pair("b-1", 0, 3), Pair("c-1", 0, 4), Pair("d-1", 7, 5)], SmallWorld.Catalog);

        Assert.Equal([3, 4], retrieval.Find("new", [0], Nothing, 10));
        Assert.Equal([3], retrieval.Find("new", [0], Nothing, 1));
        Assert.Equal([4], retrieval.Find("new", [0], new HashSet<int> { 3 }, 1));
        Assert.Equal([3, 4, 5], retrieval.Find("new", [0, 7], Nothing, 10).Order());
        Assert.Empty(retrieval.Find("new", [20], Nothing, 10));
    }

    [Fact]
    public void WithoutItems_ThePopularAreFound()
    {
        var retrieval = CollaborativeRetrieval.Fit([Pair("a-1", 0, 3), Pair("b-1", 1, 3), Pair("c-1", 0, 4)], SmallWorld.Catalog);

        Assert.Equal([3, 4], retrieval.Find("new", [], Nothing, 10));
    }

    [Fact]
    public void OnesOwnConversation_TellsNothing()
    {
        Dialogue[] train = [Pair("a-1", 0, 3), Pair("b-1", 0, 4), Pair("a-2", 0, 5)];
        var retrieval = CollaborativeRetrieval.Fit(train, SmallWorld.Catalog);
        var others = CollaborativeRetrieval.Fit([train[1]], SmallWorld.Catalog);

        Assert.Equal(others.Find("new", [0], Nothing, 10), retrieval.Find("a", [0], Nothing, 10));
        Assert.Equal(others.Find("new", [], Nothing, 10), retrieval.Find("a", [], Nothing, 10));
        Assert.Equal([3, 4, 5], retrieval.Find("new", [0], Nothing, 10).Order());
    }

    [Fact]
    public void TrainOfAnotherCatalog_IsRefused()
    {
        var problem = Assert.Throws<InvalidDataException>(() => CollaborativeRetrieval.Fit(
            [Pair("a-1", 0, 3) with { GroundTruth = [new ItemReference("Elsewhere", 1999)] }], SmallWorld.Catalog));

        Assert.Contains("same data set", problem.Message, StringComparison.Ordinal);
    }

    private static Dialogue Pair(string id, int seen, int chosen) => new()
    {
        Id = id,
        Turns = [new Turn(Role.User, "Hello")],
        Seen = [SmallWorld.Catalog.Items[seen].Reference],
        GroundTruth = [SmallWorld.Catalog.Items[chosen].Reference],
    };
}
