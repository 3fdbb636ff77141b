using System.Text.Json;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Objective;

[Collection<Alone>]
public class ObjectiveGoldenTests
{
    // By hand, N = 2: rank 1 of list 1 has two tokens whose differences 0.08 and 0.02 average 0.05, ratio e^0.05 (inside); that of list 2 is e^-0.1,
    // clipped for A < 0 to 0.94. Loss = -(1/4)(0.7 e^0.05 + (-0.7)·0.94); its gradient flows through the unclipped ratio alone, half to each token.
    private const string Own =
        """
        [{"algorithm":"rankGrpo","aggregation":"rankMean","ranks":2,"reward":"expInf","clipLow":0.06,"clipHigh":0.08,"klCoefficient":0,
          "samples":[{"tokenRanks":[1,1,2,0],"logProbabilities":[-1,-1,-1,-1],"oldLogProbabilities":[-1.08,-1.02,-1,-1],"referenceLogProbabilities":[-1,-1,-1,-1]},
                     {"tokenRanks":[1,2,0],"logProbabilities":[-1,-1,-1],"oldLogProbabilities":[-0.9,-1,-1],"referenceLogProbabilities":[-1,-1,-1]}],
          "advantages":[[0.7,0],[-0.7,0]],"loss":-0.0194724418658042,"gradient":[[-0.091986220932902,-0.091986220932902,0,0],[0,0,0]]}]
        """;

    // Losses of a group cancel: what rounds is the size of its terms (advantages of about 1), not of their sum. Float64 shows every digit of the golden values.
    [Theory]
    [InlineData(ScalarType.Float64, 1e-9, 1e-6, 1e-3)]
    [InlineData(ScalarType.Float32, 1e-5, 1e-4, 0.05)]
    public void EveryLoss_EqualsTheGoldenValueAndGradient(ScalarType type, double lossTolerance, double gradientTolerance, double termSize)
    {
        TorchRuntime.EnsureLoaded();
        JsonElement[] cases = GoldenFiles.Cases("objective.json") is { Length: > 0 } given ? given : [.. JsonDocument.Parse(Own).RootElement.EnumerateArray()];

        for (var index = 0; index < cases.Length; index++)
        {
            var golden = new GoldenObjective(cases[index]);
            var (loss, computed) = golden.Compute(type, CPU);

            var name = $"case {index} ({golden.Name})";
            AssertClose(golden.Loss, loss, lossTolerance, termSize, $"loss of {name}");
            var gradient = golden.Gradient;
            for (var list = 0; list < gradient.Length; list++)
            {
                for (var t = 0; t < gradient[list].Length; t++)
                    AssertClose(gradient[list][t], computed[list][t], gradientTolerance, termSize, $"gradient of {name}, list {list}, token {t}");
            }
        }
    }

    private static void AssertClose(double expected, double computed, double tolerance, double termSize, string name) =>
        Assert.True(Math.Abs(expected - computed) <= tolerance * Math.Max(termSize, Math.Abs(expected)), $"{name} is {computed:R}, golden {expected:R}");

    [Fact]
    public void MicroBatches_AddUpToTheWholeBatch()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        var golden = new GoldenObjective(JsonDocument.Parse(Own).RootElement[0]);
        var (whole, _) = golden.Tokens(ScalarType.Float32, CPU);
        var terms = golden.Terms(listCount: 2);
        var advantages = tensor(new float[,] { { 0.7f, 0 }, { -0.7f, 0 } });

        var parts = Enumerable.Range(0, 2).Sum(list => RankGrpoLoss.Of(
            new ListTokens(whole.Current.narrow(0, list, 1), whole.Old.narrow(0, list, 1), null, whole.Ranks.narrow(0, list, 1)), advantages.narrow(0, list, 1), terms).item<float>());

        Assert.Equal(RankGrpoLoss.Of(whole, advantages, terms).item<float>(), parts, 6);
    }
}
