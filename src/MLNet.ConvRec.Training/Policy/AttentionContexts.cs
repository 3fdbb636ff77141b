using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy;

/// <summary>Whole sequences, padded on the right: each token sees those up to itself. Padding stands after every real token and is never seen.</summary>
internal sealed class CausalContext : IRecomputableContext
{
    public static readonly CausalContext Instance = new();

    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values) => GroupedAttention.Causal(queries, keys, values);

    public Tensor[] Inputs(int layer) => [];

    public (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope) => (this, () => []);

    public void Keep(int layer, Tensor[] outputs)
    {
    }
}

/// <summary>Whole sequences in which each token sees what a mask says, such as several continuations one behind the other after their prompt.</summary>
/// <param name="mask">bool [B, 1, heads / kv · T, T]: the T rows once for each query head that shares a key head.</param>
internal sealed class MaskedContext(Tensor mask) : IRecomputableContext
{
    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values) => GroupedAttention.Masked(queries, keys, values, mask);

    public Tensor[] Inputs(int layer) => [mask];

    public (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope) => (new MaskedContext(inputs[0]), () => []);

    public void Keep(int layer, Tensor[] outputs)
    {
    }
}

/// <summary>Causal, and remembers the keys and values, with their gradients, for the lists that follow the prompts.</summary>
internal sealed class PrefixRecorder(int layers, DisposeScope step) : IRecomputableContext
{
    public (Tensor Keys, Tensor Values)[] Recorded { get; } = new (Tensor, Tensor)[layers]; // each [prompts, kv, P, D]

    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values)
    {
        Recorded[layer] = (keys.MoveToOtherDisposeScope(step), values.MoveToOtherDisposeScope(step)); // they outlive the layer's own scope
        return GroupedAttention.Causal(queries, keys, values);
    }

    public Tensor[] Inputs(int layer) => [];

    public (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope)
    {
        var recorder = new PrefixRecorder(layer + 1, scope);
        return (recorder, () => [recorder.Recorded[layer].Keys, recorder.Recorded[layer].Values]);
    }

    public void Keep(int layer, Tensor[] outputs) =>
        Recorded[layer] = (outputs[0].MoveToOtherDisposeScope(step), outputs[1].MoveToOtherDisposeScope(step));
}

/// <summary>Lists after their prompts: each list token sees its own prompt and the list up to itself. The prompt was run once for its whole group.</summary>
/// <remarks>Differentiable: gradients of all lists of a group flow into the one prompt pass.</remarks>
/// <param name="prefix">Keys and values of the prompts, by layer, [prompts, kv, P, D].</param>
/// <param name="promptOf">Each list's prompt, long [lists].</param>
/// <param name="mask">What each list token sees, bool [lists, 1, heads / kv · R, P + R].</param>
internal sealed class PrefixContext((Tensor Keys, Tensor Values)[] prefix, Tensor promptOf, Tensor mask) : IRecomputableContext
{
    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        var (prefixKeys, prefixValues) = prefix[layer];
        var allKeys = cat([prefixKeys.Rows(promptOf), keys], 2);     // [lists, kv, P + R, D]
        var allValues = cat([prefixValues.Rows(promptOf), values], 2);
        return GroupedAttention.Masked(queries, allKeys, allValues, mask).MoveToOuterDisposeScope();
    }

    public Tensor[] Inputs(int layer) => [prefix[layer].Keys, prefix[layer].Values, promptOf, mask];

    public (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope)
    {
        var again = new (Tensor, Tensor)[layer + 1];
        again[layer] = (inputs[0], inputs[1]);
        return (new PrefixContext(again, inputs[2], inputs[3]), () => []);
    }

    public void Keep(int layer, Tensor[] outputs)
    {
    }
}
