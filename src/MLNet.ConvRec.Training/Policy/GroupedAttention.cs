using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ConvRec.Policy;

/// <summary>Scaled dot-product attention whose query heads share key heads (Ainslie et al. 2023).</summary>
/// <remarks>Queries [B, heads, T, D], keys and values [B, kv, S, D]; the result is [B, heads, T, D], in the caller's dispose scope.</remarks>
internal static class GroupedAttention
{
    /// <summary>Each token sees those up to itself (S = T).</summary>
    public static Tensor Causal(Tensor queries, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        var group = queries.shape[1] / keys.shape[1];
        if (group > 1)
            (keys, values) = (keys.repeat_interleave(group, 1), values.repeat_interleave(group, 1));
        var attended = MetaKernels.Has(queries)
            ? MetaKernels.Attention(queries, keys, values, ones(queries.shape[2], keys.shape[2], ScalarType.Bool, queries.device).tril())
            : functional.scaled_dot_product_attention(queries, keys, values, is_casual: true);
        return attended.MoveToOuterDisposeScope();
    }

    /// <summary>Each token sees what its mask says.</summary>
    /// <param name="queries">[B, heads, T, D].</param>
    /// <param name="keys">[B, kv, S, D].</param>
    /// <param name="values">[B, kv, S, D].</param>
    /// <param name="mask">bool, or float to be added, [B, 1, heads / kv · T, S]: the T rows once for each query head that shares a key head.</param>
    public static Tensor Masked(Tensor queries, Tensor keys, Tensor values, Tensor mask)
    {
        using var scope = NewDisposeScope();
        long b = queries.shape[0], heads = queries.shape[1], t = queries.shape[2], d = queries.shape[3], kv = keys.shape[1];
        // The query heads that share a key head stand one below the other as extra tokens, so that keys and values are never copied.
        var grouped = queries.reshape(b, kv, heads / kv * t, d);
        var attended = MetaKernels.Has(queries) ? MetaKernels.Attention(grouped, keys, values, mask) : functional.scaled_dot_product_attention(grouped, keys, values, mask); // [B, kv, group·T, D]
        return attended.reshape(b, heads, t, d).MoveToOuterDisposeScope();
    }
}
