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
        var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        var (hidden, intermediate) = (config.HiddenSize, config.IntermediateSize);
        var keyValueSize = config.KeyValueHeadCount * config.HeadSize;
        Fill("model.embed_tokens.weight", 0.5f, config.VocabularySize, hidden);
        Fill("model.norm.weight", 1, hidden);
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            var block = $"model.layers.{layer}";
            Fill($"{block}.input_layernorm.weight", 1, hidden);
            Fill($"{block}.post_attention_layernorm.weight", 1, hidden);
            Linear($"{block}.self_attn.q_proj", hidden, hidden, bias: true);
            Linear($"{block}.self_attn.k_proj", keyValueSize, hidden, bias: true);
            Linear($"{block}.self_attn.v_proj", keyValueSize, hidden, bias: true);
            Linear($"{block}.self_attn.o_proj", hidden, hidden, bias: false);
            Linear($"{block}.mlp.gate_proj", intermediate, hidden, bias: false);
            Linear($"{block}.mlp.up_proj", intermediate, hidden, bias: false);
            Linear($"{block}.mlp.down_proj", hidden, intermediate, bias: false);
        }

        return new PolicyWeights(config, tensors);

        void Linear(string name, int outputs, int inputs, bool bias)
        {
            Fill($"{name}.weight", 1.7f / MathF.Sqrt(inputs), outputs, inputs);
            if (bias)
                Fill($"{name}.bias", 0.5f, outputs);
        }

        void Fill(string name, float scale, params long[] shape) => tensors[name] = new NamedTensor(
            shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, length) => product * length)).Select(_ => ((2 * random.NextSingle()) - 1) * scale)]);
    }
}
