using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Comparison;

namespace MLNet.ConvRec.Tests.Evaluation.Comparison;

public class BootstrapTests
{
    [Fact]
    public void Interval_IsThatOfTheNormalApproximation()
    {
        var column = Enumerable.Range(0, 1000).Select(i => i % 4 == 0 ? 1.0 : 0).ToArray();
        var halfWidth = 1.96 * Math.Sqrt(0.25 * 0.75 / 1000);

        var (low, high) = Bootstrap.Intervals([column], new EvaluationOptions())[0];

        Assert.Equal(0.25 - halfWidth, low, 0.002);
        Assert.Equal(0.25 + halfWidth, high, 0.002);
    }

    [Fact]
    public void EqualColumns_HaveEqualIntervals()
    {
        double[] column = [0, 1, 0.5, 0.25];

        var intervals = Bootstrap.Intervals([column, column], new EvaluationOptions());

        Assert.Equal(intervals[0], intervals[1]);
    }

    [Fact]
    public void UndefinedValues_AreLeftOutOfEveryResample()
    {
        var intervals = Bootstrap.Intervals([[0.5, double.NaN, 0.5, double.NaN]], new EvaluationOptions());

        Assert.Equal((0.5, 0.5), intervals[0]);
    }

    [Fact]
    public void NoDefinedValue_HasNoInterval()
    {
        var (low, high) = Bootstrap.Intervals([[double.NaN]], new EvaluationOptions())[0];

        Assert.True(double.IsNaN(low) && double.IsNaN(high));
        Assert.True(double.IsNaN(Bootstrap.Mean([double.NaN])));
    }

    // Two conversations, of 1 and 3 dialogues: drawn whole, the mean is 0, 3/4 or 1 with chances 1/4, 1/2, 1/4; a dialogue alone would give 1/4 too.
    [Fact]
    public void Groups_AreDrawnWhole()
    {
        var options = new EvaluationOptions { Resamples = 20_000, Confidence = 0.4 };
        string[] groups = ["a", "b", "b", "b"];

        Assert.Equal((0.75, 0.75), Bootstrap.Intervals([[0, 1, 1, 1]], options, groups)[0]);
        Assert.Equal((0, 1), Bootstrap.Intervals([[0, 1, 1, 1]], options with { Confidence = 0.6 }, groups)[0]);
        Assert.Equal((0, 1), Bootstrap.Intervals([[0, double.NaN, 1, double.NaN]], options with { Confidence = 0.6 }, groups)[0]);
        Assert.Equal((0.5, 0.5), Bootstrap.Intervals([[0, double.NaN, 1, double.NaN]], options, groups)[0]);
    }

    // With one of two dialogues at 1, a resample's mean is 0, 0.5 or 1 with chances 1/4, 1/2, 1/4.
    [Fact]
    public void Draws_AreUniform()
    {
        var options = new EvaluationOptions { Resamples = 20_000, Confidence = 0.4 };

        Assert.Equal((0.5, 0.5), Bootstrap.Intervals([[0, 1]], options)[0]);
        Assert.Equal((0, 1), Bootstrap.Intervals([[0, 1]], options with { Confidence = 0.6 })[0]);
    }
}
