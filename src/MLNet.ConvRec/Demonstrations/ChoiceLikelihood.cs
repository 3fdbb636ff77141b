namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// Negative multinomial log-likelihood of the chosen items under softmax over the catalog of z_c = w_c Σ_f θ_f x_cf + b_c.
/// </summary>
/// <remarks>
/// Most items of a dialogue have no score, so that z_c = b_c: the denominator is Σ_c exp(b_c), which all dialogues share, corrected at the few others.
/// A pass costs as much as there are non-zero scores. Sums are taken in a fixed order whatever the number of threads.
/// </remarks>
internal sealed class ChoiceLikelihood(IReadOnlyList<Choice> choices, int itemCount)
{
    // Fixed, so that the order of summation is.
    private const int Chunks = 16;

    /// <summary>Returns the sum over all chosen items and fills the gradients.</summary>
    /// <param name="theta">θ per feature.</param>
    /// <param name="weight">w per item.</param>
    /// <param name="bias">b per item.</param>
    /// <param name="gradient">Receives the gradients by θ, w and b, one after the other.</param>
    public double Evaluate(double[] theta, double[] weight, double[] bias, double[] gradient)
    {
        var shift = bias.Max();
        var exponentials = Array.ConvertAll(bias, b => Math.Exp(b - shift));
        var total = exponentials.Sum();
        var partial = new Chunk[Chunks];
        Parallel.For(0, Chunks, chunk =>
        {
            var sums = new Chunk(theta.Length, itemCount);
            for (var i = chunk; i < choices.Count; i += Chunks)
                Add(choices[i], theta, weight, bias, shift, exponentials, total, sums);
            partial[chunk] = sums;
        });
        return Combine(partial, exponentials, gradient);
    }

    private static double Combine(Chunk[] partial, double[] exponentials, double[] gradient)
    {
        Array.Clear(gradient);
        var (value, inverse) = (0.0, 0.0);
        foreach (var chunk in partial)
        {
            value += chunk.Value;
            inverse += chunk.InverseDenominators;
            for (var i = 0; i < gradient.Length; i++)
                gradient[i] += chunk.Gradient[i];
        }

        var biasStart = gradient.Length - exponentials.Length;
        for (var item = 0; item < exponentials.Length; item++)
            gradient[biasStart + item] += exponentials[item] * inverse;
        return value;
    }

    private static void Add(
        Choice choice, double[] theta, double[] weight, double[] bias, double shift, double[] exponentials, double total, Chunk sums)
    {
        var (items, count) = (choice.Items, choice.Chosen.Length);
        var scores = new double[items.Length];
        var lifted = new double[items.Length];
        var denominator = total;
        foreach (var item in choice.Impossible)
            denominator -= exponentials[item];
        for (var i = 0; i < items.Length; i++)
        {
            scores[i] = Score(choice, i, theta);
            lifted[i] = Math.Exp((weight[items[i]] * scores[i]) + bias[items[i]] - shift);
            denominator += lifted[i] - exponentials[items[i]];
        }

        sums.Value += count * (Math.Log(denominator) + shift);
        sums.InverseDenominators += count / denominator;
        foreach (var item in choice.Impossible)
            sums.AddBias(item, -count * exponentials[item] / denominator);
        for (var i = 0; i < items.Length; i++)
        {
            sums.AddItem(choice, i, scores[i], count * lifted[i] / denominator, theta, weight[items[i]]);
            sums.AddBias(items[i], -count * exponentials[items[i]] / denominator);
        }

        foreach (var i in choice.Chosen)
        {
            sums.Value -= (weight[items[i]] * scores[i]) + bias[items[i]];
            sums.AddItem(choice, i, scores[i], -1, theta, weight[items[i]]);
        }
    }

    private static double Score(Choice choice, int i, double[] theta)
    {
        var score = 0.0;
        for (var f = 0; f < theta.Length; f++)
            score += theta[f] * choice.Features[(i * theta.Length) + f];
        return score;
    }

    private sealed class Chunk(int features, int itemCount)
    {
        public double Value { get; set; }

        public double InverseDenominators { get; set; }

        public double[] Gradient { get; } = new double[features + (2 * itemCount)];

        public void AddBias(int item, double derivative) => Gradient[features + itemCount + item] += derivative;

        // The derivative by z_c, carried on to b_c, w_c and θ.
        public void AddItem(Choice choice, int i, double score, double derivative, double[] theta, double weight)
        {
            AddBias(choice.Items[i], derivative);
            Gradient[features + choice.Items[i]] += derivative * score;
            for (var f = 0; f < theta.Length; f++)
                Gradient[f] += derivative * weight * choice.Features[(i * theta.Length) + f];
        }
    }
}
