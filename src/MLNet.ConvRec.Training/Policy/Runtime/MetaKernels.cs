using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>
/// The operations that libtorch can't do on its device <c>meta</c>, whose tensors have shape, type and gradient but no numbers, composed of those that it can.
/// </summary>
/// <remarks>
/// A training on meta shows without a card that nothing is computed or read on the host by mistake. What libtorch lacks there (<c>index_select</c>, and
/// <c>where</c>, of which attention and the gradients of minimum and clamp are made) Python adds, TorchSharp doesn't. Each refuses a tensor of another
/// device, as a card would; others of libtorch, such as matrix products, take one in silence.
/// </remarks>
internal static class MetaKernels
{
    public static bool Has(Tensor x) => x.device_type == DeviceType.META;

    /// <summary>Rows [n, ..] of x [m, ..].</summary>
    public static Tensor Rows(Tensor x, Tensor index)
    {
        RequireMeta(index);
        long[] shape = [index.shape[0], .. x.shape.Skip(1)];
        return x.gather(0, index.view([-1, .. Enumerable.Repeat(1L, shape.Length - 1)]).expand(shape));
    }

    /// <summary>x [m] with y [n] added at places [n].</summary>
    public static Tensor PlusAt(Tensor x, Tensor places, Tensor y)
    {
        RequireMeta(places);
        RequireMeta(y);
        return x.scatter_add(0, places, y);
    }

    /// <summary>softmax(q kᵀ + mask) v; the scale changes no shape.</summary>
    /// <param name="queries">[B, heads, T, D].</param>
    /// <param name="keys">[B, heads, S, D].</param>
    /// <param name="values">[B, heads, S, D].</param>
    /// <param name="mask">bool, or float to be added; what spreads over [B, heads, T, S].</param>
    public static Tensor Attention(Tensor queries, Tensor keys, Tensor values, Tensor mask)
    {
        RequireMeta(queries);
        RequireMeta(keys);
        RequireMeta(values);
        RequireMeta(mask);
        var scores = queries.matmul(keys.transpose(-2, -1)); // [B, heads, T, S]
        scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.eq(HeldScalars.Of(0)), HeldScalars.Of(double.NegativeInfinity)) : scores.Plus(mask);
        return scores.softmax(-1).matmul(values);
    }

    /// <summary>log Σ exp(x) over the last dimension.</summary>
    public static Tensor LogSumExp(Tensor x) => x.exp().sum(-1).log();

    /// <summary>min(x, y) = y − max(y − x, 0).</summary>
    public static Tensor Minimum(Tensor x, Tensor y) => y - AtLeastZero(y - x);

    /// <summary>min(x, bound).</summary>
    public static Tensor AtMost(Tensor x, Scalar bound) => AtLeastZero(x.neg().add(bound, HeldScalars.One)).neg().add(bound, HeldScalars.One);

    private static Tensor AtLeastZero(Tensor x) => x.masked_fill(x.IsNegative(), HeldScalars.Of(0));

    private static void RequireMeta(Tensor x)
    {
        if (!Has(x))
            throw new InvalidOperationException($"A tensor of the device {x.device} takes part in an operation on meta.");
    }
}
