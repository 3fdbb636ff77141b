using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation.Strata;

public class EvaluationStrataTests
{
    // Chosen: Alien three times, Heat twice; Up is named only; Solaris is neither.
    private static readonly Dialogue[] Train =
        [Dialogue("t-1-1", [Alien]), Dialogue("t-2-1", [Alien, Heat], Up), Dialogue("t-3-1", [Alien]), Dialogue("t-4-1", [Heat])];

    private static readonly Dialogue[] Test =
    [
        Dialogue("a-1-1", [Alien, Heat]),
        Dialogue("a-2-1", [Up, Solaris, Unknown]),
        WithTurns(Dialogue("a-3-1", [Heat]), 3),
        WithTurns(Dialogue("a-4-1", [Solaris]), 5),
        WithTurns(Dialogue("a-5-1", []), 9),
    ];

    [Fact]
    public void Items_AreToldApartByTrain()
    {
        var strata = EvaluationStrata.Of(Test, Shop, Train).ToDictionary(stratum => stratum.Name);

        Equal([("a-1-1", [Alien])], strata["popularItems"]);
        Equal([("a-1-1", [Heat]), ("a-3-1", [Heat])], strata["rareItems"]);
        Equal([("a-2-1", [Up, Solaris]), ("a-4-1", [Solaris])], strata["neverChosenItems"]);
        Equal([("a-2-1", [Solaris]), ("a-4-1", [Solaris])], strata["coldItems"]);
    }

    [Fact]
    public void Lengths_AreSplitAtTheMedianOfDialoguesWithGroundTruth()
    {
        var strata = EvaluationStrata.Of(Test, Shop);

        Assert.Equal(["shortDialogues", "longDialogues"], strata.Select(stratum => stratum.Name));
        Assert.Equal(["a-1-1", "a-2-1"], strata[0].Dialogues.Select(dialogue => dialogue.Id));
        Assert.Equal(["a-3-1", "a-4-1"], strata[1].Dialogues.Select(dialogue => dialogue.Id));
        Assert.Equal("at most 1 turns, the median", strata[0].Rule);
    }

    [Fact]
    public void NoGroundTruth_HasNoStratumOfLength() => Assert.Empty(EvaluationStrata.Of([Test[4]], Shop));

    private static void Equal((string, ItemReference[])[] expected, Stratum stratum)
    {
        Assert.Equal(expected.Select(dialogue => dialogue.Item1), stratum.Dialogues.Select(dialogue => dialogue.Id));
        Assert.Equal(expected.Select(dialogue => dialogue.Item2), stratum.Dialogues.Select(dialogue => dialogue.GroundTruth));
    }

    private static Dialogue WithTurns(Dialogue dialogue, int count) => dialogue with { Turns = [.. Enumerable.Repeat(dialogue.Turns[0], count)] };
}
