using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Checkpoints of which a right network computes what a wrong network would compute of the right checkpoint.</summary>
internal static class FaultyWeights
{
    public static PolicyWeights Of(PolicyWeights weights, string fault) => fault switch
    {
        "frequencies unscaled" => weights with { Config = weights.Config with { RopeScaling = null } },
        "epsilon of Qwen2" => weights with { Config = weights.Config with { RmsNormEpsilon = 1e-6 } },
        "base of the rotary embedding" => weights with { Config = weights.Config with { RopeTheta = 10_000 } },
        "no bias of q_proj" => Filled(weights, "q_proj.bias", 0),
        "no bias of k_proj" => Filled(weights, "k_proj.bias", 0),
        "no bias of v_proj" => Filled(weights, "v_proj.bias", 0),
        "no norm of queries" => Filled(weights, "q_norm.weight", 1),
        "no norm of keys" => Filled(weights, "k_norm.weight", 1),
        "rotated pairs beside each other" =>
            Changed(Changed(weights, "q_proj.weight", Interleaved(weights)), "k_proj.weight", Interleaved(weights)),
        "groups of heads interleaved" => Changed(weights, "q_proj.weight", values => MiddleHeadsSwapped(values, weights.Config)),
        "tied" => weights with
        {
            Config = weights.Config with { TieWordEmbeddings = true },
            Tensors = weights.Tensors.Where(entry => entry.Key != "lm_head.weight").ToDictionary(entry => entry.Key, entry => entry.Value),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
    };

    private static PolicyWeights Filled(PolicyWeights weights, string suffix, float value) =>
        Changed(weights, suffix, values => [.. Enumerable.Repeat(value, values.Length)]);

    private static PolicyWeights Changed(PolicyWeights weights, string suffix, Func<float[], float[]> change)
    {
        Assert.Contains(weights.Tensors.Keys, name => name.EndsWith(suffix, StringComparison.Ordinal));
        return weights with
        {
            Tensors = weights.Tensors.ToDictionary(
                entry => entry.Key,
                entry => entry.Key.EndsWith(suffix, StringComparison.Ordinal)
                    ? new ArrayTensor(entry.Value.Shape, change(entry.Value.ToArray()))
                    : entry.Value),
        };
    }

    private static Func<float[], float[]> Interleaved(PolicyWeights weights) => values => RotaryOrder.Interleave(values, weights.Config);

    // Of four heads in two groups, 0 1 | 2 3: the groups that a head modulo the number of groups would give, 0 2 | 1 3.
    private static float[] MiddleHeadsSwapped(float[] values, PolicyConfig config)
    {
        var head = values.Length / config.HeadCount;
        return [.. values[..head], .. values[(2 * head)..(3 * head)], .. values[head..(2 * head)], .. values[(3 * head)..]];
    }
}
