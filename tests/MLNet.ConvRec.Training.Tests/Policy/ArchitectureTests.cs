using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Tests.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy;

[Collection<Alone>]
public class ArchitectureTests
{
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(i => (i * 37 + 11) % 61)];

    public static TheoryData<string> Architectures => [.. SmallPolicies.Configs.Keys];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Logits_AreThoseOfPlainLoops(string architecture)
    {
        var weights = SmallPolicies.Weights(SmallPolicies.Configs[architecture]);

        Assert.InRange(Difference(Logits(weights), new ReferenceDecoder(weights).Logits(Tokens)), 0, 2e-5);
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    public void WhatAnArchitectureAdds_IsSeenInTheLogits(string architecture) // or the comparison above would prove nothing about it
    {
        var weights = SmallPolicies.Weights(SmallPolicies.Configs[architecture]);
        var plain = SmallPolicies.Configs[architecture] with { RopeScaling = null };
        var without = weights.Tensors.Where(tensor => !tensor.Key.Contains("q_norm", StringComparison.Ordinal)).ToDictionary();

        Assert.True(Difference(Logits(weights), new ReferenceDecoder(new PolicyWeights(plain, without)).Logits(Tokens)) > 0.01);
    }

    [Theory]
    [InlineData("qwen2", "input_layernorm.weight [24] self_attn.q_proj.weight [24, 24] self_attn.q_proj.bias [24] self_attn.k_proj.weight [12, 24] self_attn.k_proj.bias [12] "
        + "self_attn.v_proj.weight [12, 24] self_attn.v_proj.bias [12] self_attn.o_proj.weight [24, 24] ")]
    [InlineData("qwen3", "input_layernorm.weight [24] self_attn.q_proj.weight [40, 24] self_attn.k_proj.weight [20, 24] self_attn.v_proj.weight [20, 24] "
        + "self_attn.o_proj.weight [24, 40] self_attn.q_norm.weight [10] self_attn.k_norm.weight [10] ")]
    [InlineData("llama", "input_layernorm.weight [24] self_attn.q_proj.weight [24, 24] self_attn.k_proj.weight [12, 24] self_attn.v_proj.weight [12, 24] self_attn.o_proj.weight [24, 24] ")]
    [InlineData("llama3", "input_layernorm.weight [24] self_attn.q_proj.weight [24, 24] self_attn.k_proj.weight [12, 24] self_attn.v_proj.weight [12, 24] self_attn.o_proj.weight [24, 24] ")]
    public void NamesAndShapes_AreTheCheckpointsOwn(string architecture, string firstOfABlock)
    {
        const string RestOfABlock = "post_attention_layernorm.weight [24] mlp.gate_proj.weight [40, 24] mlp.up_proj.weight [40, 24] mlp.down_proj.weight [24, 40]";
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(SmallPolicies.Weights(SmallPolicies.Configs[architecture]), CPU);

        var parameters = network.named_parameters().Select(parameter => $"{parameter.name} [{string.Join(", ", parameter.parameter.shape)}]").ToArray();

        string[] block = [.. (firstOfABlock + RestOfABlock).Split("] ").Select(entry => entry.TrimEnd(']') + "]")];
        Assert.Equal(
            [
                "model.embed_tokens.weight [61, 24]", .. block.Select(entry => $"model.layers.0.{entry}"), .. block.Select(entry => $"model.layers.1.{entry}"),
                "model.norm.weight [24]", .. architecture == "llama3" ? (string[])["lm_head.weight [61, 24]"] : [],
            ],
            parameters);
    }

    [Theory]
    [InlineData("gpt2", "silu", "llama3", "model_type gpt2")]
    [InlineData("llama", "gelu", "llama3", "hidden_act gelu")]
    [InlineData("llama", "silu", "yarn", "rope_type yarn")]
    public void WhatTheNetworkIsNot_IsToldInASentence(string modelType, string activation, string ropeType, string told)
    {
        TorchRuntime.EnsureLoaded();
        var config = SmallPolicies.Configs["llama3"];
        config = config with { ModelType = modelType, Activation = activation, RopeScaling = config.RopeScaling! with { RopeType = ropeType } };

        var error = Assert.Throws<NotSupportedException>(() => new Transformer(new PolicyWeights(config, new Dictionary<string, NamedTensor>()), CPU));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    private static double[] Logits(PolicyWeights weights)
    {
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(weights, CPU);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var batch = TokenBatch.PadRight([Tokens], CPU);
        var logits = network.Logits(batch.Last(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance)));
        return Array.ConvertAll(logits.data<float>().ToArray(), value => (double)value);
    }

    private static double Difference(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
