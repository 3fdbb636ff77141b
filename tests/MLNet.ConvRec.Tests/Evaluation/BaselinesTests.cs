using MLNet.ConvRec.Evaluation;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation;

public class BaselinesTests
{
    [Fact]
    public void Repeater_ListsTheSeenItemsNewestFirstAndOnce()
    {
        var list = Baselines.Repeater([Dialogue("a-1", [Up], Alien, Heat, Alien, Solaris)], Shop, count: 20).Single();

        Assert.Equal("a-1", list.Id);
        Assert.Equal(["Solaris", "Alien", "Heat"], list.Recommendations.Select(line => line.Title));
        Assert.Equal([1, 2, 3], list.Recommendations.Select(line => line.Rank));
    }

    [Fact]
    public void Repeater_StopsAtTheCount()
    {
        var list = Baselines.Repeater([Dialogue("a-1", [Up], Alien, Solaris)], Shop, count: 1).Single();

        Assert.Equal("Solaris", list.Recommendations.Single().Title);
    }

    [Fact]
    public void Repeater_NeverHits()
    {
        var dialogue = Dialogue("a-1", [Alien], Alien, Heat);

        var evaluation = RecommendationEvaluator.Evaluate("repeater", Baselines.Repeater([dialogue], Shop, 20), [dialogue], Shop);

        Assert.Equal(0, evaluation.Metrics["recall@20"].Mean);
        Assert.Equal(1, evaluation.Metrics["inCatalog"].Mean);
    }
}
