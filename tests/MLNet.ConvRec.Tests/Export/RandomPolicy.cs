using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Export;

/// <summary>Policies of random weights, large enough that their logits differ clearly.</summary>
internal static class RandomPolicy
{
    public static PolicyConfig Config(int vocabulary, int hidden = 32, int layers = 2, int heads = 4, int keyValueHeads = 2) => new()
    {
        HiddenSize = hidden,
        LayerCount = layers,
        HeadCount = heads,
        KeyValueHeadCount = keyValueHeads,
        IntermediateSize = 2 * hidden,
        VocabularySize = vocabulary,
    };

    public static PolicyWeights Create(PolicyConfig config, int seed)
    {
        var random = new Random(seed);
        var tensors = PolicyShapes.Of(config).ToDictionary(tensor => tensor.Name, NamedTensor (tensor) => Fill(tensor.Name, tensor.Shape, random));
        return new PolicyWeights(config, tensors);
    }

    private static ArrayTensor Fill(string name, long[] shape, Random random)
    {
        var scale = name switch
        {
            "model.embed_tokens.weight" => 0.5f,
            _ when shape is [_, var inputs] => 1.7f / MathF.Sqrt(inputs),
            _ => 1,
        };
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        for (var i = 0; i < values.Length; i++)
            values[i] = ((2 * random.NextSingle()) - 1) * scale;
        return new ArrayTensor(shape, values);
    }
}
