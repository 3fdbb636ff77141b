namespace MLNet.ConvRec.Policy;

/// <summary>The network's weights outside of any framework, under the names that a Hugging Face checkpoint gives them.</summary>
/// <param name="Config">The shape of the network.</param>
/// <param name="Tensors">
/// By name: <c>model.embed_tokens.weight</c> [V, H], <c>model.layers.N.self_attn.{q,k,v}_proj.{weight,bias}</c>, <c>…o_proj.weight</c>,
/// <c>…mlp.{gate,up,down}_proj.weight</c>, <c>…{input,post_attention}_layernorm.weight</c>, <c>model.norm.weight</c>, untied <c>lm_head.weight</c>. Linear
/// weights are [out, in]. <see cref="PolicyShapes"/> lists them.
/// </param>
internal sealed record PolicyWeights(PolicyConfig Config, IReadOnlyDictionary<string, NamedTensor> Tensors)
{
    /// <summary>The same weights, with a config that names the type in which most of them are stored.</summary>
    public PolicyWeights WithStoredType()
    {
        var type = Tensors.Values.GroupBy(tensor => tensor.Type).MaxBy(tensors => tensors.Sum(tensor => tensor.Count))!.Key;
        return this with { Config = Config with { WeightType = type.ConfigName } };
    }
}
