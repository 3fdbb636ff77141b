namespace MLNet.ConvRec.Policy;

/// <summary>The weights that a network of a given shape has.</summary>
internal static class PolicyShapes
{
    /// <summary>Returns every weight's name and dimensions, in the order of the network; linear weights are [out, in].</summary>
    public static IEnumerable<(string Name, long[] Shape)> Of(PolicyConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        yield return ("model.embed_tokens.weight", [config.VocabularySize, config.HiddenSize]);
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            foreach (var (name, shape) in OfBlock(config))
                yield return ($"model.layers.{layer}.{name}", shape);
        }

        yield return ("model.norm.weight", [config.HiddenSize]);
    }

    private static (string Name, long[] Shape)[] OfBlock(PolicyConfig config)
    {
        long hidden = config.HiddenSize, intermediate = config.IntermediateSize;
        long queries = (long)config.HeadCount * config.HeadSize, keys = (long)config.KeyValueHeadCount * config.HeadSize;
        return
        [
            ("input_layernorm.weight", [hidden]),
            ("self_attn.q_proj.weight", [queries, hidden]),
            ("self_attn.q_proj.bias", [queries]),
            ("self_attn.k_proj.weight", [keys, hidden]),
            ("self_attn.k_proj.bias", [keys]),
            ("self_attn.v_proj.weight", [keys, hidden]),
            ("self_attn.v_proj.bias", [keys]),
            ("self_attn.o_proj.weight", [hidden, queries]),
            ("post_attention_layernorm.weight", [hidden]),
            ("mlp.gate_proj.weight", [intermediate, hidden]),
            ("mlp.up_proj.weight", [intermediate, hidden]),
            ("mlp.down_proj.weight", [hidden, intermediate]),
        ];
    }
}
