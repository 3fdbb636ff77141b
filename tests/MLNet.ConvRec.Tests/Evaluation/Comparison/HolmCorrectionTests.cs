using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tests.Evaluation.Comparison;

public class HolmCorrectionTests
{
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
    [Fact]
    public void Adjusted_AreThoseOfR() => Equal([0.03, 0.06, 0.06, 0.02], HolmCorrection.Adjust([0.01, 0.04, 0.03, 0.005]));

    [Fact]
    public void OneComparison_StaysAsItIs() => Equal([0.04], HolmCorrection.Adjust([0.04]));

    [Fact]
    public void Adjusted_AreAtMostOneAndInTheOrderOfTheOthers() => Equal([1, 1, 0.9], HolmCorrection.Adjust([0.9, 0.5, 0.3]));

    [Fact]
    public void NoProbability_IsRefused() =>
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => HolmCorrection.Adjust([0.5, double.NaN])).Message, StringComparison.Ordinal);

    [Fact]
    public void Comparisons_CarryBoth()
    {
        MetricComparison[] table = [new("a", "b", "recall@1", 0.1, 0, 0.2, 0.04), new("c", "b", "recall@1", 0.2, 0.1, 0.3, 0.01)];

        var adjusted = HolmCorrection.Adjust(table);

        Assert.Equal([0.04, 0.01], adjusted.Select(comparison => comparison.P));
        Equal([0.04, 0.02], adjusted.Select(comparison => comparison.PHolm!.Value));
        Assert.All(table, comparison => Assert.Null(comparison.PHolm));
    }

    private static void Equal(double[] expected, IEnumerable<double> actual) =>
        Assert.Equal(expected, actual.Select(p => Math.Round(p, 12)));
}
