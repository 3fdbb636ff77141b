using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy;

/// <summary>A small network of each architecture, with every weight random: biases and norms too.</summary>
internal static class SmallPolicies
{
    private static PolicyConfig Shape { get; } = new()
    {
        HiddenSize = 24,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        IntermediateSize = 40,
        VocabularySize = 61,
        EndOfTurnTokenId = 1,
    };

    public static Dictionary<string, PolicyConfig> Configs { get; } = new()
    {
        ["qwen2"] = Shape with { ModelType = "qwen2" },
        ["qwen3"] = Shape with { ModelType = "qwen3", HeadDimension = 10 },
        ["llama"] = Shape with { ModelType = "llama" },
        ["llama3"] = Shape with
        {
            ModelType = "llama",
            TieWordEmbeddings = false,
            RopeTheta = 500,
            RopeScaling = new RopeScaling { Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 32 },
        },
    };

    public static PolicyWeights Weights(PolicyConfig config)
    {
        var random = new Random(5);
        return new PolicyWeights(config, PolicyShapes.Of(config).ToDictionary(
            tensor => tensor.Name,
            NamedTensor (tensor) => new ArrayTensor(tensor.Shape, [.. Enumerable.Range(0, (int)tensor.Shape.Aggregate((a, b) => a * b)).Select(_ => Value(tensor.Name))])));

        float Value(string name) => (float)(name.Contains("norm", StringComparison.Ordinal) ? 0.5 + random.NextDouble() : (random.NextDouble() - 0.5) * 0.8);
    }
}
