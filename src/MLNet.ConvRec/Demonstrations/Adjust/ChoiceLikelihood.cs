namespace MLNet.ConvRec.Demonstrations.Adjust;

/// <summary>
/// Negative multinomial log-likelihood of the chosen items under softmax over the catalog of z_c = w_c Σ_f θ_f x_cf + b_c.
/// </summary>
/// <remarks>
/// Most items of a dialogue have no score, so that z_c = b_c: the denominator is Σ_c exp(b_c), which all dialogues share, corrected at the
/// few others.
/// A pass costs as much as there are non-zero scores. Sums are taken in a fixed order whatever the number of threads.
/// </remarks>
internal sealed class ChoiceLikelihood(IReadOnlyList<Choice> choices, int itemCount)
{
    // Fixed, so that the order of summation is.
    private const int Chunks = 16;

    /// <summary>The number of chosen items.</summary>
    public int ChosenCount { get; } = choices.Sum(choice => choice.Chosen.Length);

    /// <summary>Returns the sum over all chosen items and fills the gradient.</summary>
    /// <param name="theta">θ per feature.</param>
    /// <param name="weight">w per item.</param>
    /// <param name="bias">b per item.</param>
    /// <param name="gradient">Receives the derivatives by θ, w and b, one after the other.</param>
    public double Evaluate(double[] theta, double[] weight, double[] bias, double[] gradient)
    {
        var state = new State(theta, weight, bias);
        var sums = Sum(state, theta.Length + (2 * itemCount), AddGradient);
        var biasStart = theta.Length + itemCount;
        for (var item = 0; item < itemCount; item++)
            sums.Vector[biasStart + item] += state.Exponentials[item] * sums.InverseDenominators;
        sums.Vector.CopyTo(gradient, 0);
        return sums.Value;
    }

    /// <summary>
    /// Returns about the second derivatives: by each θ, and by w and b of each item, w with w, w with b, b with b, one after the other.
    /// </summary>
    /// <remarks>Each item's own probability stands for its variance, so that the true ones are lower where an item is likely.</remarks>
    public double[] Curvature(double[] theta, double[] weight, double[] bias)
    {
        var state = new State(theta, weight, bias);
        var sums = Sum(state, theta.Length + (3 * itemCount), AddCurvature);
        var biasStart = theta.Length + (2 * itemCount);
        for (var item = 0; item < itemCount; item++)
            sums.Vector[biasStart + item] += state.Exponentials[item] * sums.InverseDenominators;
        return sums.Vector;
    }

    private Sums Sum(State state, int length, Action<Choice, State, Probabilities, Sums> add)
    {
        var partial = new Sums[Chunks];
        Parallel.For(0, Chunks, chunk =>
        {
            var sums = new Sums(length);
            for (var i = chunk; i < choices.Count; i += Chunks)
            {
                var probabilities = ProbabilitiesOf(choices[i], state);
                sums.InverseDenominators += choices[i].Chosen.Length / probabilities.Denominator;
                add(choices[i], state, probabilities, sums);
            }

            partial[chunk] = sums;
        });
        for (var chunk = 1; chunk < Chunks; chunk++)
            partial[0].Add(partial[chunk]);
        return partial[0];
    }

    private static Probabilities ProbabilitiesOf(Choice choice, State state)
    {
        var (items, exponentials) = (choice.Items, state.Exponentials);
        var scores = new double[items.Length];
        var lifted = new double[items.Length];
        var denominator = state.Total;
        foreach (var item in choice.Impossible)
            denominator -= exponentials[item];
        for (var i = 0; i < items.Length; i++)
        {
            for (var f = 0; f < state.Theta.Length; f++)
                scores[i] += state.Theta[f] * choice.Features[(i * state.Theta.Length) + f];
            lifted[i] = Math.Exp((state.Weight[items[i]] * scores[i]) + state.Bias[items[i]] - state.Shift);
            denominator += lifted[i] - exponentials[items[i]];
        }

        // Where nearly all of the weight lies on impossible or scored items the difference of sums has no digits left.
        if (denominator < 1e-6 * state.Total)
            denominator = lifted.Sum() + exponentials.Where((_, item) => !items.Contains(item) && !choice.Impossible.Contains(item)).Sum();
        return new Probabilities(scores, lifted, denominator);
    }

    private void AddGradient(Choice choice, State state, Probabilities probabilities, Sums sums)
    {
        var (items, count, features) = (choice.Items, choice.Chosen.Length, state.Theta.Length);
        var (weightStart, biasStart) = (features, features + itemCount);
        sums.Value += count * (Math.Log(probabilities.Denominator) + state.Shift);
        // The shared sum over all items counts these as if they had no score.
        foreach (var item in choice.Impossible)
            sums.Vector[biasStart + item] -= count * state.Exponentials[item] / probabilities.Denominator;
        for (var i = 0; i < items.Length; i++)
        {
            sums.Vector[biasStart + items[i]] -= count * state.Exponentials[items[i]] / probabilities.Denominator;
            AddScore(i, count * probabilities.Lifted[i] / probabilities.Denominator);
        }

        foreach (var i in choice.Chosen)
        {
            sums.Value -= (state.Weight[items[i]] * probabilities.Scores[i]) + state.Bias[items[i]];
            AddScore(i, -1);
        }

        // The derivative by z_c, carried on to b_c, w_c and θ.
        void AddScore(int i, double derivative)
        {
            sums.Vector[biasStart + items[i]] += derivative;
            sums.Vector[weightStart + items[i]] += derivative * probabilities.Scores[i];
            for (var f = 0; f < features; f++)
                sums.Vector[f] += derivative * state.Weight[items[i]] * choice.Features[(i * features) + f];
        }
    }

    private void AddCurvature(Choice choice, State state, Probabilities probabilities, Sums sums)
    {
        var (items, count, features) = (choice.Items, choice.Chosen.Length, state.Theta.Length);
        foreach (var item in choice.Impossible)
            sums.Vector[features + (2 * itemCount) + item] -= count * state.Exponentials[item] / probabilities.Denominator;
        for (var i = 0; i < items.Length; i++)
        {
            var (item, score, expected) = (items[i], probabilities.Scores[i], count * probabilities.Lifted[i] / probabilities.Denominator);
            sums.Vector[features + (2 * itemCount) + item] += expected - (count * state.Exponentials[item] / probabilities.Denominator);
            sums.Vector[features + itemCount + item] += expected * score;
            sums.Vector[features + item] += expected * score * score;
            for (var f = 0; f < features; f++)
                sums.Vector[f] += expected * Math.Pow(state.Weight[item] * choice.Features[(i * features) + f], 2);
        }
    }

    // Σ exp(b) is taken once for all dialogues. Exponents are shifted so that the largest is 0.
    private sealed class State
    {
        public State(double[] theta, double[] weight, double[] bias)
        {
            (Theta, Weight, Bias, Shift) = (theta, weight, bias, bias.Max());
            Exponentials = Array.ConvertAll(bias, b => Math.Exp(b - Shift));
            Total = Exponentials.Sum();
        }

        public double[] Theta { get; }

        public double[] Weight { get; }

        public double[] Bias { get; }

        public double Shift { get; }

        public double[] Exponentials { get; }

        public double Total { get; }
    }

    private readonly record struct Probabilities(double[] Scores, double[] Lifted, double Denominator);

    private sealed class Sums(int length)
    {
        public double Value { get; set; }

        public double InverseDenominators { get; set; }

        public double[] Vector { get; } = new double[length];

        public void Add(Sums other)
        {
            Value += other.Value;
            InverseDenominators += other.InverseDenominators;
            for (var i = 0; i < Vector.Length; i++)
                Vector[i] += other.Vector[i];
        }
    }
}
