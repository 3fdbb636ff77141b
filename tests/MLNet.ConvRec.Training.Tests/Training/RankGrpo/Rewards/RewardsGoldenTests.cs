using System.Text.Json;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Rewards;

public class RewardsGoldenTests
{
    // By hand: hits at ranks 2 and 3; d_2 = 1/log2(3), d_3 = 1/2.
    private const string Own =
        """
        [{"hits":[0,1,1,0],
          "expInf":[0,1,1,0], "exp1":[2,2,1,0], "exp1.5":[1.1111111111111112,1.6666666666666667,1,0], "exp2":[0.75,1.5,1,0],
          "dcgFrom":[1.1309297535714575,1.1309297535714575,0.5,0], "windowedDcg3":[1.1309297535714575,1.1309297535714575,0.5,0],
          "dcg":1.1309297535714575}]
        """;

    // By hand: rewards 1, 0, 0 have mean 1/3 and sample deviation √(1/3).
    private const string OwnAdvantages =
        """
        [{"algorithm":"rankGrpo", "rewards":[[1,0],[0,0],[0,0]],
          "advantages":[[1.1545005730142688,0],[-0.5772502865071344,0],[-0.5772502865071344,0]]},
         {"algorithm":"grpo", "rewards":[1,0,0], "advantages":[1.1545005730142688,-0.5772502865071344,-0.5772502865071344]}]
        """;

    private static readonly (string Name, RankReward Reward)[] Rewards =
    [
        ("expInf", new RankReward.ExpInfinity()), ("exp1", new RankReward.Exp(1)), ("exp1.5", new RankReward.Exp(1.5)),
        ("exp2", new RankReward.Exp(2)), ("dcgFrom", new RankReward.DcgFrom()), ("windowedDcg3", new RankReward.Windowed(3)),
    ];

    [Fact]
    public void EveryReward_EqualsTheGoldenValues()
    {
        var cases = GoldenFiles.Cases("rewards.json") is { Length: > 0 } given ? given : Parse(Own);

        foreach (var golden in cases)
        {
            var hits = Hits(golden.GetProperty("hits"));
            foreach (var (name, reward) in Rewards)
                AssertClose(Numbers(golden.GetProperty(name)), reward.Of(hits), name);
            AssertClose([golden.GetProperty("dcg").GetDouble()], [SequenceReward.Dcg(hits)], "dcg");
        }
    }

    [Fact]
    public void Advantages_EqualTheGoldenValuesOfTheObjective()
    {
        var cases = GoldenFiles.Cases("objective.json") is { Length: > 0 } given ? given : Parse(OwnAdvantages);

        foreach (var golden in cases)
        {
            var rewards = golden.GetProperty("rewards");
            var advantages = golden.GetProperty("advantages").EnumerateArray().ToArray();
            if (golden.GetProperty("algorithm").GetString() == "rankGrpo")
            {
                var computed = RankAdvantage.Of([.. rewards.EnumerateArray().Select(Numbers)]);
                for (var i = 0; i < computed.Length; i++)
                    AssertClose(Numbers(advantages[i]), computed[i], "rank advantages");
            }
            else
            {
                var computed = RankAdvantage.OfSequences([Numbers(rewards)], AdvantageScaling.Group)[0];
                AssertClose([.. advantages.Select(advantage => advantage.GetDouble())], computed, "sequence advantages");
            }
        }
    }

    private static void AssertClose(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-9, $"{what}, place {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }

    private static JsonElement[] Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static bool[] Hits(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble() > 0)];
}
