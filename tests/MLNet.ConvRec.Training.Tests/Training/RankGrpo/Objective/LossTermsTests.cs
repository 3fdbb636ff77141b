using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Objective;

[Collection<Alone>]
public class LossTermsTests
{
    private static readonly LossTerms Terms = new(0.06, 0.08, 0, LossAggregation.RankMean, 1, 1);

    // min(w A, clip(w) A) at w = 3: (1 + ε_high) A where A > 0, w A where A < 0; at w = 0.5 the other way round. The bound 2 changes the second alone.
    [Theory]
    [InlineData(3, 1, 1.08, 0, 1.08, 0)]
    [InlineData(3, -1, -3, -1, -2, 0)]
    [InlineData(1.5, -1, -1.5, -1, -1.5, -1)]
    [InlineData(0.5, 1, 0.5, 1, 0.5, 1)]
    [InlineData(0.5, -1, -0.94, 0, -0.94, 0)]
    public void Bound_EndsWhatARatioCanLose(float ratio, float advantage, double free, double freeSlope, double bounded, double boundedSlope)
    {
        TorchRuntime.EnsureLoaded();

        Assert.Equal((free, freeSlope), Surrogate(Terms));
        Assert.Equal((bounded, boundedSlope), Surrogate(Terms with { RatioBound = 2 }));

        (double Value, double Slope) Surrogate(LossTerms terms)
        {
            using var scope = NewDisposeScope();
            var w = tensor(ratio, requires_grad: true);
            var value = terms.Surrogate(w, tensor(advantage));
            value.backward();
            return (Math.Round(value.item<float>(), 6), w.grad!.item<float>());
        }
    }
}
