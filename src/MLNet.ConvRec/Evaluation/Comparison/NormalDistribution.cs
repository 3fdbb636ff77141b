namespace MLNet.ConvRec.Evaluation.Comparison;

/// <summary>The standard normal distribution.</summary>
/// <remarks>
/// MathNet.Numerics 5.0.0's Erfc is as exact (relative errors to z = 20: 3e-14, here 1.3e-13) but 1.6 MB on every scoring host.
/// </remarks>
internal static class NormalDistribution
{
    // Where the series and the continued fraction both reach double precision.
    private const double SeriesLimit = 3;

    /// <summary>Returns the probability of a value at least <paramref name="z"/> away from 0, in either direction; z ≥ 0.</summary>
    public static double BothTails(double z) => z < SeriesLimit ? 1 - Middle(z) : 2 * Density(z) * MillsRatio(z);

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    // P(|Z| < z) = 2 φ(z) Σ z^(2n+1) / (1·3·5…(2n+1)).
    private static double Middle(double z)
    {
        double term = z, sum = z;
        for (var odd = 3; term > 1e-17 * sum; odd += 2)
        {
            term *= z * z / odd;
            sum += term;
        }

        return 2 * Density(z) * sum;
    }

    // P(Z > z) / φ(z) = 1/(z + 1/(z + 2/(z + 3/(z + …)))), Laplace; 100 levels from the inside.
    private static double MillsRatio(double z)
    {
        var inner = z;
        for (var level = 100; level >= 1; level--)
            inner = z + (level / inner);
        return 1 / inner;
    }
}
