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

        var (low, high) = Intervals([column], new EvaluationOptions())[0];

        Assert.Equal(0.25 - halfWidth, low, 0.002);
        Assert.Equal(0.25 + halfWidth, high, 0.002);
    }

    [Fact]
    public void EqualColumns_HaveEqualIntervals()
    {
        double[] column = [0, 1, 0.5, 0.25];

        var intervals = Intervals([column, column], new EvaluationOptions());

        Assert.Equal(intervals[0], intervals[1]);
    }

    [Fact]
    public void UndefinedValues_AreLeftOutOfEveryResample()
    {
        var intervals = Intervals([[0.5, double.NaN, 0.5, double.NaN]], new EvaluationOptions());

        Assert.Equal((0.5, 0.5), intervals[0]);
    }

    [Fact]
    public void NoDefinedValue_HasNoInterval()
    {
        var (low, high) = Intervals([[double.NaN]], new EvaluationOptions())[0];

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

        Assert.Equal((0.5, 0.5), Intervals([[0, 1]], options)[0]);
        Assert.Equal((0, 1), Intervals([[0, 1]], options with { Confidence = 0.6 })[0]);
    }

    // 2,000 resampled means: 2.5% from below lies between the 50th and the 51st, 97.5% between the 1,950th and the 1,951st (Hyndman and Fan's 7).
    [Fact]
    public void IntervalOf95Percent_CutsOffItsOrderStatistics()
    {
        var column = Enumerable.Range(0, 500).Select(i => i * i % 1009 / 1009.0).ToArray();
        var means = Bootstrap.Means([column], new EvaluationOptions(), Alone(column))[0].Order().ToArray();

        var (low, high) = Intervals([column], new EvaluationOptions())[0];

        Assert.InRange(means.Distinct().Count(), 1900, 2000);
        Assert.Equal(means[49] + (0.975 * (means[50] - means[49])), low, 1e-12);
        Assert.Equal(means[1949] + (0.025 * (means[1950] - means[1949])), high, 1e-12);
    }

    [Fact]
    public void GroupsOfOne_AreDrawnAsDialoguesAre()
    {
        double[] column = [0, 1, double.NaN, 0.25, 0.5];

        Assert.Equal(
            Bootstrap.Means([column], new EvaluationOptions(), ["e", "d", "c", "b", "a"])[0],
            Bootstrap.Means([column], new EvaluationOptions(), Alone(column))[0]);
    }

    private static (double Low, double High)[] Intervals(double[][] columns, EvaluationOptions options) =>
        Bootstrap.Intervals(columns, options, Alone(columns[0]));

    private static string[] Alone(double[] column) => [.. column.Select((_, dialogue) => $"{dialogue}")];
}
