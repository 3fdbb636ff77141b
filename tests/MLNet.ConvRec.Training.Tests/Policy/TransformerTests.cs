using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy;

[Collection<Alone>]
public class TransformerTests
{
    [Fact]
    public void ParameterNames_AreTheCheckpointsOwn()
    {
        var policy = ToyShop.Policy(3);
        using var network = ToyShop.Network(policy);

        var names = network.named_parameters().Select(parameter => parameter.name).Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(2 + 12 * policy.Config.LayerCount, names.Length);
        Assert.Contains("model.embed_tokens.weight", names);
        Assert.Contains("model.layers.1.self_attn.k_proj.bias", names);
        Assert.Contains("model.layers.0.mlp.gate_proj.weight", names);
        Assert.Contains("model.layers.0.post_attention_layernorm.weight", names);
        Assert.Contains("model.norm.weight", names);
        Assert.Equal(policy.Weights.Tensors.Keys.Order(StringComparer.Ordinal), names);
    }

    [Fact]
    public void WeightsOut_AreTheWeightsIn()
    {
        var policy = ToyShop.Policy(3);
        using var network = ToyShop.Network(policy, scale: 1);

        var saved = WeightTransfer.Save(network);

        foreach (var (name, tensor) in policy.Weights.Tensors)
            Assert.Equal(tensor.ToArray(), saved.Tensors[name].ToArray());
    }

    [Fact]
    public void TiedHead_SendsGradientToTheEmbeddingOfATokenThatWasNeverRead()
    {
        var policy = ToyShop.Policy(3);
        using var network = ToyShop.Network(policy);
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PadRight([[5, 6, 7]], CPU);

        network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance)).logsumexp(-1).sum().backward();

        var embedding = network.named_parameters().First(parameter => parameter.name == "model.embed_tokens.weight").parameter;
        Assert.True(embedding.grad![9].abs().sum().item<float>() > 0);
    }

    [Fact]
    public void RightPadding_ChangesNothing()
    {
        var policy = ToyShop.Policy(3);
        using var network = ToyShop.Network(policy);
        using var scope = NewDisposeScope();
        var both = TokenBatch.PadRight([[5, 6, 7], [5, 6, 7, 8, 9, 10]], CPU);
        var alone = TokenBatch.PadRight([[5, 6, 7]], CPU);

        var padded = network.Hidden(both.Ids, both.Positions, CausalContext.Instance)[0].narrow(0, 0, 3);
        var unpadded = network.Hidden(alone.Ids, alone.Positions, CausalContext.Instance)[0];

        Assert.InRange((padded - unpadded).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void WrongTensor_IsNamed()
    {
        var policy = ToyShop.Policy(3);
        var tensors = policy.Weights.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value);
        tensors["model.norm.weight"] = new ArrayTensor([31], new float[31]);

        var error = Assert.Throws<InvalidDataException>(() => new Transformer(new PolicyWeights(policy.Config, tensors), CPU));

        Assert.Contains("model.norm.weight is [31]", error.Message, StringComparison.Ordinal);
    }
}
