using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
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
    public void Lists_AskTheRankingForEachDialogue()
    {
        var lists = Baselines.Lists(
            [Dialogue("a-1", [Up]), Dialogue("b-1", [Up])],
            (dialogue, count) => [new Recommendation(count, dialogue.Id, null, 0)],
            count: 7);

        Assert.Equal(["a-1", "b-1"], lists.Select(list => list.Id));
        Assert.Equal([("a-1", 7), ("b-1", 7)], lists.SelectMany(list => list.Recommendations).Select(line => (line.Title, line.Rank)));
    }

    [Fact]
    public void Repeater_FindsAbsentSeenItemsInTheText()
    {
        var dialogue = new Dialogue { Id = "a-1", Turns = [new Turn(Role.User, "I liked Solaris (1972) and Alien (1979).")] };

        var list = Baselines.Repeater([dialogue], Shop, count: 20).Single();

        Assert.Equal(["Alien", "Solaris"], list.Recommendations.Select(line => line.Title));
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
