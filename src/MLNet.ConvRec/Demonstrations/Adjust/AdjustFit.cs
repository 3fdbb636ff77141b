namespace MLNet.ConvRec.Demonstrations.Adjust;

/// <summary>Fits coefficients to what people chose in train.</summary>
internal static class AdjustFit
{
    // The biases only stand in for w and b while the blend is fitted to a sample; held tighter, they leave to similarity what it can tell.
    private const double BlendRegularization = 1e-4;

    // A few shared coefficients are known well enough long before every item's bias is.
    private const double BlendTolerance = 1e-4;

    /// <summary>Fits one coefficient θ per feature for all items together, beside a bias per item.</summary>
    /// <param name="choices">The dialogues of train.</param>
    /// <param name="least">The least that each coefficient may be.</param>
    /// <param name="itemCount">The number of items.</param>
    /// <param name="maxIterations">The most steps.</param>
    public static (double[] Theta, double[] Bias) Shared(IReadOnlyList<Choice> choices, double[] least, int itemCount, int maxIterations)
    {
        var features = least.Length;
        var likelihood = new ChoiceLikelihood(choices, itemCount);
        var strength = BlendRegularization * Math.Max(1, likelihood.ChosenCount);
        var ones = Ones(itemCount);
        var isFree = Enumerable.Repeat(true, features).ToArray();
        double[] start = [.. Ones(features), .. new double[itemCount]];
        while (true)
        {
            var (point, _, _) = LimitedMemoryBfgs.Minimize(Objective, start, Precondition(start), BlendTolerance, maxIterations);
            var worst = Enumerable.Range(0, features).Where(f => isFree[f]).DefaultIfEmpty().MinBy(f => point[f] - least[f]);
            if (!isFree[worst] || point[worst] >= least[worst])
                return (point[..features], point[features..]);
            // One at a time: what one part can't say, another that says nearly the same may.
            isFree[worst] = false;
            point[worst] = least[worst];
            start = point;
        }

        double Objective(double[] point, double[] gradient)
        {
            var full = new double[features + (2 * itemCount)];
            var value = likelihood.Evaluate(point[..features], ones, point[features..], full);
            Array.Copy(full, gradient, features);
            Array.Copy(full, features + itemCount, gradient, features, itemCount);
            value += Ridge(point, gradient, 0, strength);
            for (var f = 0; f < features; f++)
                gradient[f] = isFree[f] ? gradient[f] : 0;
            return value;
        }

        Action<double[]> Precondition(double[] point)
        {
            var curvature = likelihood.Curvature(point[..features], ones, point[features..]);
            double[] diagonal = [.. curvature[..features], .. curvature[(features + (2 * itemCount))..]];
            return vector =>
            {
                for (var i = 0; i < vector.Length; i++)
                    vector[i] /= Math.Max(0, diagonal[i]) + strength;
            };
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
        var strength = options.Regularization * Math.Max(1, likelihood.ChosenCount);
        var (point, iterations, converged) = LimitedMemoryBfgs.Minimize(
            Objective,
            [.. Ones(itemCount), .. bias],
            Precondition(likelihood.Curvature(one, Ones(itemCount), bias), strength),
            options.Tolerance,
            options.MaxIterations);
        return new AdjustWeights(point[..itemCount], point[itemCount..], iterations, converged);

        double Objective(double[] point, double[] gradient)
        {
            var full = new double[1 + (2 * itemCount)];
            var value = likelihood.Evaluate(one, point[..itemCount], point[itemCount..], full);
            Array.Copy(full, 1, gradient, 0, 2 * itemCount);
            value += Ridge(point.AsSpan(0, itemCount), gradient.AsSpan(0, itemCount), 1, strength);
            return value + Ridge(point.AsSpan(itemCount), gradient.AsSpan(itemCount), 0, strength);
        }
    }

    // Of most items the score varies little, so that w and b can hardly be told apart: each item's pair is solved together.
    private static Action<double[]> Precondition(double[] curvature, double strength) => vector =>
    {
        var itemCount = vector.Length / 2;
        for (var item = 0; item < itemCount; item++)
        {
            var both = curvature[1 + itemCount + item];
            var weight = curvature[1 + item] + strength;
            var bias = Math.Max(0, curvature[1 + (2 * itemCount) + item]) + strength;
            // Rounding may have left less of the bias's curvature than the mixed one needs.
            var determinant = Math.Max((weight * bias) - (both * both), 1e-12 * weight * bias);
            var (byWeight, byBias) = (vector[item], vector[itemCount + item]);
            vector[item] = ((bias * byWeight) - (both * byBias)) / determinant;
            vector[itemCount + item] = ((weight * byBias) - (both * byWeight)) / determinant;
        }
    };

    // ½ strength Σ (x − centre)²
    private static double Ridge(ReadOnlySpan<double> point, Span<double> gradient, double centre, double strength)
    {
        var sum = 0.0;
        for (var i = 0; i < point.Length; i++)
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
