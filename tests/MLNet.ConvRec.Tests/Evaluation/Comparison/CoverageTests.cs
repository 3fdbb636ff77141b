using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Comparison;

namespace MLNet.ConvRec.Tests.Evaluation.Comparison;

/// <summary>An interval of 95% holds the true mean in 95% of worlds.</summary>
public class CoverageTests
{
    private const int Worlds = 2000, ConversationCount = 100;

    private static readonly string[] Groups = [.. Enumerable.Range(0, ConversationCount).SelectMany(c => Enumerable.Repeat($"{c}", 1 + (c % 4)))];

    // With 2,000 worlds the share that is found deviates by 0.5 points from that of the method.
    [Fact]
    public void IntervalByConversation_HoldsTheTrueMeanIn95PercentOfWorlds() => Assert.InRange(Covered(Groups), 0.935, 0.965);

    [Fact]
    public void IntervalByDialogue_IsTooNarrowWhereConversationsDiffer() =>
        Assert.InRange(Covered([.. Groups.Select((_, dialogue) => $"{dialogue}")]), 0.5, 0.9);

    // A dialogue's value is its conversation's effect plus one of its own, both uniform around 0, as a difference of metrics is.
    private static double Covered(string[] drawnBy)
    {
        var random = new Random(3407);
        var held = 0;
        for (var world = 0; world < Worlds; world++)
        {
            var effects = Enumerable.Range(0, ConversationCount).ToDictionary(c => $"{c}", _ => random.NextDouble() - 0.5);
            var column = Array.ConvertAll(Groups, conversation => effects[conversation] + (random.NextDouble() - 0.5));
            var (low, high) = Bootstrap.Intervals([column], new EvaluationOptions { Seed = world, Resamples = 1000 }, drawnBy)[0];
            held += low <= 0 && high >= 0 ? 1 : 0;
        }

        return (double)held / Worlds;
    }
}
