using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Adjust;

namespace MLNet.ConvRec.Tests.Demonstrations.Adjust;

public sealed class ChoiceLikelihoodTests
{
    private const int Items = 7;

    // Two features; the second choice has two chosen items and two impossible ones.
    private static readonly Choice[] Choices =
    [
        new([2, 0, 5], [0.3f, 1f, 0.7f, 0f, 0f, 0.4f], [0], []),
        new([1, 4, 6], [0f, 0f, 1.2f, 0.5f, 0.2f, 0.9f], [0, 2], [3, 5]),
    ];

    private static readonly double[] Theta = [0.8, 1.5];
    private static readonly double[] Weight = [1, 0.7, 1.3, 1, -0.4, 2, 1.1];
    private static readonly double[] Bias = [0.1, -0.5, 0, 2, 0.3, -1, 0.6];

    [Fact]
    public void Value_IsThatOfSoftmaxOverTheWholeCatalog()
    {
        var value = new ChoiceLikelihood(Choices, Items).Evaluate(Theta, Weight, Bias, new double[2 + (2 * Items)]);

        Assert.Equal(Choices.Sum(Plainly), value, 1e-6);
    }

    [Fact]
    public void Gradient_IsThatOfCentralDifferences()
    {
        var likelihood = new ChoiceLikelihood(Choices, Items);
        double[] point = [.. Theta, .. Weight, .. Bias];
        var gradient = new double[point.Length];
        Value(likelihood, point, gradient);

        for (var i = 0; i < point.Length; i++)
        {
            Assert.Equal((At(i, 1e-5) - At(i, -1e-5)) / 2e-5, gradient[i], 1e-7);
        }

        double At(int i, double moved) => Value(likelihood, Moved(point, i, moved), new double[point.Length]);
    }

    [Fact]
    public void Value_WhereAlmostAllWeightIsImpossible_KeepsItsDigits()
    {
        Choice[] choices = [new([0], [0f], [0], [1])];

        var value = new ChoiceLikelihood(choices, 3).Evaluate([1], [1, 1, 1], [0, 60, 0], new double[7]);

        Assert.Equal(Math.Log(2), value, 1e-9);
    }

    [Fact]
    public void Fit_EndsWhereTheRegularisedGradientIsZero()
    {
        Choice[] choices = [.. Choices.Select(choice => choice with { Features = [.. choice.Features.Where((_, i) => i % 2 == 0)] })];
        var options = new DemonstrationOptions { Regularization = 0.05, Tolerance = 1e-9 };

        var fitted = AdjustFit.PerItem(choices, new double[Items], options);

        var gradient = new double[1 + (2 * Items)];
        new ChoiceLikelihood(choices, Items).Evaluate([1], fitted.Weight, fitted.Bias, gradient);
        var strength = 0.05 * 3;
        Assert.True(fitted.Converged);
        for (var item = 0; item < Items; item++)
        {
            Assert.Equal(0, gradient[1 + item] + (strength * (fitted.Weight[item] - 1)), 1e-7);
            Assert.Equal(0, gradient[1 + Items + item] + (strength * fitted.Bias[item]), 1e-7);
        }
    }

    [Fact]
    public void Fit_RaisesTheBiasOfWhatIsChosenWithoutAScore()
    {
        Choice[] choices = [.. Enumerable.Repeat(new Choice([3], [0f], [0], []), 5)];

        var fitted = AdjustFit.PerItem(choices, new double[Items], new DemonstrationOptions());

        Assert.True(fitted.Bias[3] > 1 && fitted.Bias.Where((_, item) => item != 3).All(bias => bias < 0));
    }

    [Fact]
    public void Blend_LeavesOutAFeatureThatSpeaksAgainstItems()
    {
        // Feature 0 marks the chosen item, feature 1 the others.
        Choice[] choices = [.. Enumerable.Range(0, 12).Select(
            i => new Choice([i % 4, (i + 1) % 4, (i + 2) % 4], [1f, 0f, 0f, 1f, 0f, 1f], [0], []))];

        var (theta, _) = AdjustFit.Shared(choices, [0.25, 0], 4, 200);

        Assert.True(theta[0] > 0.5);
        Assert.Equal(0, theta[1]);
    }

    [Fact]
    public void Blend_HoldsACoefficientAtItsLeast()
    {
        Choice[] choices = [.. Enumerable.Range(0, 12).Select(i => new Choice([i % 4, (i + 1) % 4], [0f, 1f, 1f, 0f], [0], []))];

        var (theta, _) = AdjustFit.Shared(choices, [0.25, 0], 4, 200);

        Assert.Equal(0.25, theta[0]);
        Assert.True(theta[1] > 0.5);
    }

    private static double Value(ChoiceLikelihood likelihood, double[] point, double[] gradient) =>
        likelihood.Evaluate(point[..2], point[2..(2 + Items)], point[(2 + Items)..], gradient);

    private static double[] Moved(double[] point, int i, double by)
    {
        var moved = (double[])point.Clone();
        moved[i] += by;
        return moved;
    }

    private static double Plainly(Choice choice)
    {
        var scores = (double[])Bias.Clone();
        for (var i = 0; i < choice.Items.Length; i++)
            scores[choice.Items[i]] += Weight[choice.Items[i]] * (
                (Theta[0] * choice.Features[2 * i]) + (Theta[1] * choice.Features[(2 * i) + 1]));
        var denominator = Enumerable.Range(0, Items).Except(choice.Impossible).Sum(item => Math.Exp(scores[item]));
        return choice.Chosen.Sum(i => Math.Log(denominator) - scores[choice.Items[i]]);
    }
}
