namespace MLNet.ConvRec.Policy;

/// <summary>What items have in common by who liked them: the strongest factors of the matrix of raters and items (truncated SVD).</summary>
/// <remarks>
/// An item weighs the less the more people liked it, √ln((U + 1) / (raters + 5)), and each rater counts alike. The factors are found by subspace iteration, which
/// needs the matrix's non-zeros alone; the same ratings give the same factors on every machine.
/// </remarks>
internal static class RatingFactors
{
    private const int Iterations = 12;
    private const double LeastWeight = 0.1, Doubt = 5, Tiny = 1e-12;

    /// <summary>Returns each item's factors times the root of their singular values, [items][width]; 0 for an item that nobody liked.</summary>
    /// <param name="itemCount">The number of items.</param>
    /// <param name="liked">Who liked what.</param>
    /// <param name="width">How many factors; at least 1.</param>
    public static float[][] Of(int itemCount, IEnumerable<(long Rater, int Item)> liked, int width)
    {
        var (items, weights) = Rows(itemCount, liked);
        double[][] basis = [.. Enumerable.Range(0, width).Select(k => Enumerable.Range(0, itemCount).Select(item => CounterRandom.Normal(0, (ulong)k, (ulong)item)).ToArray())];
        var values = Orthonormalize(basis);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            basis = Array.ConvertAll(basis, direction => Back(items, weights, Forward(items, weights, direction), itemCount));
            values = Orthonormalize(basis); // of X'X: the squares of the singular values
        }

        return [.. Enumerable.Range(0, itemCount).Select(item => Enumerable.Range(0, width).Select(k => (float)(basis[k][item] * Math.Sqrt(Math.Sqrt(values[k])))).ToArray())];
    }

    // Each rater's items and their weights, of length 1.
    private static (int[][] Items, double[][] Weights) Rows(int itemCount, IEnumerable<(long Rater, int Item)> liked)
    {
        int[][] items = [.. liked.Distinct().GroupBy(pair => pair.Rater, pair => pair.Item).Select(rater => rater.Order().ToArray())];
        var raters = new int[itemCount];
        foreach (var item in items.SelectMany(own => own))
            raters[item]++;
        var weights = Array.ConvertAll(items, own =>
        {
            var row = Array.ConvertAll(own, item => Math.Sqrt(Math.Max(LeastWeight, Math.Log((items.Length + 1) / (raters[item] + Doubt)))));
            var length = Math.Sqrt(row.Sum(weight => weight * weight));
            return Array.ConvertAll(row, weight => weight / length);
        });
        return (items, weights);
    }

    private static double[] Forward(int[][] items, double[][] weights, double[] direction) =>
        [.. items.Select((own, rater) => own.Select((item, i) => weights[rater][i] * direction[item]).Sum())];

    private static double[] Back(int[][] items, double[][] weights, double[] ofRaters, int itemCount)
    {
        var direction = new double[itemCount];
        for (var rater = 0; rater < items.Length; rater++)
        {
            for (var i = 0; i < items[rater].Length; i++)
                direction[items[rater][i]] += weights[rater][i] * ofRaters[rater];
        }

        return direction;
    }

    // Gram and Schmidt, in place; returns the lengths before.
    private static double[] Orthonormalize(double[][] basis)
    {
        var lengths = new double[basis.Length];
        for (var k = 0; k < basis.Length; k++)
        {
            for (var before = 0; before < k; before++)
            {
                var share = Dot(basis[k], basis[before]);
                for (var i = 0; i < basis[k].Length; i++)
                    basis[k][i] -= share * basis[before][i];
            }

            lengths[k] = Math.Sqrt(Dot(basis[k], basis[k]));
            var scale = lengths[k] > Tiny ? 1 / lengths[k] : 0; // fewer directions than asked for
            basis[k] = Array.ConvertAll(basis[k], value => value * scale);
        }

        return lengths;
    }

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(a, b);
}
