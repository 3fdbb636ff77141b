namespace MLNet.ConvRec.Demonstrations;

/// <summary>Fits coefficients to what people chose in train.</summary>
internal static class AdjustFit
{
    /// <summary>Fits one coefficient θ per feature for all items together, beside a bias per item.</summary>
    /// <param name="choices">The dialogues of train.</param>
    /// <param name="features">The number of features.</param>
    /// <param name="itemCount">The number of items.</param>
    /// <param name="options">L2, tolerance and the most steps.</param>
    /// <returns>θ ≥ 0: a part that would count against an item is left out, since similarity can only speak for it.</returns>
    public static (double[] Theta, double[] Bias) Shared(IReadOnlyList<Choice> choices, int features, int itemCount, DemonstrationOptions options)
    {
        var likelihood = new ChoiceLikelihood(choices, itemCount);
        var ones = Ones(itemCount);
        var isFree = Enumerable.Repeat(true, features).ToArray();
        var start = new double[features + itemCount];
        Array.Fill(start, 1, 0, features);
        while (true)
        {
            for (var f = 0; f < features; f++)
                start[f] = isFree[f] ? start[f] : 0;
            var (point, _, _) = LimitedMemoryBfgs.Minimize(Objective, start, options.Tolerance, options.MaxIterations);
            var negative = Enumerable.Range(0, features).Where(f => point[f] < 0).ToArray();
            if (negative.Length == 0)
                return (point[..features], point[features..]);
            foreach (var f in negative)
                isFree[f] = false;
            start = point;
        }

        double Objective(double[] point, double[] gradient)
        {
            var full = new double[features + (2 * itemCount)];
            var value = likelihood.Evaluate(point[..features], ones, point[features..], full);
            for (var f = 0; f < features; f++)
                gradient[f] = isFree[f] ? full[f] : 0;
            Array.Copy(full, features + itemCount, gradient, features, itemCount);
            return value + Ridge(point, gradient, features, 0, options.Regularization);
        }
    }

    /// <summary>Fits w and b per item to scores, with L2 towards w = 1, b = 0.</summary>
    /// <param name="choices">The dialogues of train, with one feature: the score of Remap.</param>
    /// <param name="bias">Where to begin with b.</param>
    /// <param name="options">L2, tolerance and the most steps.</param>
    public static AdjustWeights PerItem(IReadOnlyList<Choice> choices, double[] bias, DemonstrationOptions options)
    {
        var itemCount = bias.Length;
        var likelihood = new ChoiceLikelihood(choices, itemCount);
        double[] one = [1];
        var (point, iterations, converged) = LimitedMemoryBfgs.Minimize(Objective, [.. Ones(itemCount), .. bias], options.Tolerance, options.MaxIterations);
        return new AdjustWeights(point[..itemCount], point[itemCount..], iterations, converged);

        double Objective(double[] point, double[] gradient)
        {
            var full = new double[1 + (2 * itemCount)];
            var value = likelihood.Evaluate(one, point[..itemCount], point[itemCount..], full);
            Array.Copy(full, 1, gradient, 0, 2 * itemCount);
            value += Ridge(point.AsSpan(0, itemCount), gradient.AsSpan(0, itemCount), 0, 1, options.Regularization);
            return value + Ridge(point, gradient, itemCount, 0, options.Regularization);
        }
    }

    // ½ L2 Σ (x − centre)², from `start` on.
    private static double Ridge(ReadOnlySpan<double> point, Span<double> gradient, int start, double centre, double strength)
    {
        var sum = 0.0;
        for (var i = start; i < point.Length; i++)
        {
            var distance = point[i] - centre;
            sum += distance * distance;
            gradient[i] += strength * distance;
        }

        return strength * sum / 2;
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];
}

/// <summary>What Adjust learned.</summary>
/// <param name="Weight">w per item.</param>
/// <param name="Bias">b per item.</param>
/// <param name="Iterations">How many steps the fit took.</param>
/// <param name="Converged">Whether the tolerance was met.</param>
internal sealed record AdjustWeights(double[] Weight, double[] Bias, int Iterations, bool Converged);
