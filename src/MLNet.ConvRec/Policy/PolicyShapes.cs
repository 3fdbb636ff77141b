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
        if (!config.TieWordEmbeddings)
            yield return ("lm_head.weight", [config.VocabularySize, config.HiddenSize]);
    }

    private static IEnumerable<(string Name, long[] Shape)> OfBlock(PolicyConfig config)
    {
        long hidden = config.HiddenSize, intermediate = config.IntermediateSize;
        long queries = (long)config.HeadCount * config.HeadSize, keys = (long)config.KeyValueHeadCount * config.HeadSize;
        yield return ("input_layernorm.weight", [hidden]);
        foreach (var (projection, width) in new[] { ("q_proj", queries), ("k_proj", keys), ("v_proj", keys) })
        {
            yield return ($"self_attn.{projection}.weight", [width, hidden]);
            if (config.HasQueryKeyValueBias)
                yield return ($"self_attn.{projection}.bias", [width]);
        }

        yield return ("self_attn.o_proj.weight", [hidden, queries]);
        if (config.HasQueryKeyNorm)
        {
            yield return ("self_attn.q_norm.weight", [config.HeadSize]);
            yield return ("self_attn.k_norm.weight", [config.HeadSize]);
        }

        yield return ("post_attention_layernorm.weight", [hidden]);
        yield return ("mlp.gate_proj.weight", [intermediate, hidden]);
        yield return ("mlp.up_proj.weight", [intermediate, hidden]);
        yield return ("mlp.down_proj.weight", [hidden, intermediate]);
    }
}
