using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Adjust;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>The same likelihood the plain way: a softmax over the whole catalog for each dialogue, on as many threads.</summary>
internal static class DenseLikelihood
{
    public static double Evaluate(Choice[] choices, int itemCount, double[] weight, double[] bias, double[] gradient)
    {
        var (value, sync) = (0.0, new Lock());
        Array.Clear(gradient);
        Parallel.ForEach(
            choices.Chunk((choices.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount),
            part =>
            {
                var (sum, own) = (0.0, new double[gradient.Length]);
                foreach (var choice in part)
                    sum += Add(choice, itemCount, weight, bias, own);
                lock (sync)
                {
                    value += sum;
                    for (var i = 0; i < own.Length; i++)
                        gradient[i] += own[i];
                }
            });
        return value;
    }

    private static double Add(Choice choice, int itemCount, double[] weight, double[] bias, double[] gradient)
    {
        var scores = new double[itemCount];
        for (var i = 0; i < choice.Items.Length; i++)
            scores[choice.Items[i]] = choice.Features[i];
        var z = new double[itemCount];
        for (var item = 0; item < itemCount; item++)
            z[item] = (weight[item] * scores[item]) + bias[item];
        foreach (var item in choice.Impossible)
            z[item] = double.NegativeInfinity;
        var largest = z.Max();
        var total = 0.0;
        for (var item = 0; item < itemCount; item++)
            total += Math.Exp(z[item] - largest);
        var count = choice.Chosen.Length;
        for (var item = 0; item < itemCount; item++)
            AddTo(item, count * Math.Exp(z[item] - largest) / total);
        var value = count * (Math.Log(total) + largest);
        foreach (var place in choice.Chosen)
        {
            value -= z[choice.Items[place]];
            AddTo(choice.Items[place], -1);
        }

        return value;

        void AddTo(int item, double derivative)
        {
            gradient[1 + item] += derivative * scores[item];
            gradient[1 + itemCount + item] += derivative;
        }
    }
}
