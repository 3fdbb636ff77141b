using System.Text.Json;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo.Objective;

/// <summary>A case of <c>objective.json</c>: lists, their advantages, and what an independent program says of loss and gradient.</summary>
/// <param name="golden">The case.</param>
internal sealed class GoldenObjective(JsonElement golden)
{
    private static readonly Dictionary<string, PolicyObjective> Objectives = new()
    {
        ["rankGrpo"] = PolicyObjective.RankGrpo,
        ["grpo"] = PolicyObjective.Grpo,
        ["gspo"] = PolicyObjective.Gspo,
    };

    /// <summary>What the case is of.</summary>
    public string Name => $"{golden.GetProperty("algorithm").GetString()}, {golden.GetProperty("aggregation").GetString()}";

    /// <summary>The loss.</summary>
    public double Loss => golden.GetProperty("loss").GetDouble();

    /// <summary>The loss's gradient by each list's token log-probabilities.</summary>
    public double[][] Gradient => [.. golden.GetProperty("gradient").EnumerateArray().Select(Numbers)];

    /// <summary>Computes loss and gradient.</summary>
    /// <param name="type">Float64 or Float32.</param>
    /// <param name="device">Where.</param>
    /// <returns>The loss, and the gradient by list and token, padded.</returns>
    public (double Loss, double[][] Gradient) Compute(ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var (tokens, current) = Tokens(type, device);
        var loss = LossOf(tokens);
        loss.backward();
        var (width, gradient) = ((int)current.shape[1], current.grad!.to(ScalarType.Float64).cpu().data<double>().ToArray());
        return (loss.to(ScalarType.Float64).item<double>(), [.. gradient.Chunk(width)]);
    }

    /// <summary>The constants of the loss, for so many lists.</summary>
    public LossTerms Terms(int listCount) => new(
        golden.GetProperty("clipLow").GetDouble(),
        golden.GetProperty("clipHigh").GetDouble(),
        golden.GetProperty("klCoefficient").GetDouble(),
        golden.GetProperty("aggregation").GetString() == "rankMean" ? LossAggregation.RankMean : LossAggregation.TokenMean,
        golden.GetProperty("ranks").GetInt32(),
        listCount);

    /// <summary>The lists' tokens, and the current log-probabilities among them, which want a gradient.</summary>
    public (ListTokens Tokens, Tensor Current) Tokens(ScalarType type, Device device)
    {
        var samples = golden.GetProperty("samples").EnumerateArray().ToArray();
        var width = samples.Max(sample => sample.GetProperty("tokenRanks").GetArrayLength());
        var current = Padded("logProbabilities").requires_grad_(true);
        return (new ListTokens(current, Padded("oldLogProbabilities"), Padded("referenceLogProbabilities"), Padded("tokenRanks").to(ScalarType.Int64)), current);

        Tensor Padded(string name)
        {
            var values = new double[samples.Length * width];
            for (var list = 0; list < samples.Length; list++)
                Numbers(samples[list].GetProperty(name)).CopyTo(values, list * width);
            return tensor(values, samples.Length, width).to(type).to(device);
        }
    }

    private Tensor LossOf(ListTokens tokens)
    {
        var listCount = golden.GetProperty("samples").GetArrayLength();
        var advantages = golden.GetProperty("advantages").EnumerateArray().ToArray();
        var objective = Objectives[golden.GetProperty("algorithm").GetString()!];
        double[] values = objective.IsOfLists ? [.. advantages.Select(a => a.GetDouble())] : [.. advantages.SelectMany(Numbers)];
        return objective.Loss(tokens, tensor(values, listCount, values.Length / listCount).to(tokens.Current.dtype).to(tokens.Current.device), Terms(listCount));
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];
}
