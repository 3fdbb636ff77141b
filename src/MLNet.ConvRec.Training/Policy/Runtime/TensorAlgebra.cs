using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>
/// The operations between tensors and numbers that a formula needs, written as a formula; the scalars behind them are held (<see cref="HeldScalars"/>).
/// </summary>
/// <remarks>
/// TorchSharp's own take a number too, but make a scalar of it that nobody holds. What a method returns has the shape of x, or of x and y broadcast.
/// Whole numbers stay whole: a tensor of integers remains one.
/// </remarks>
internal static class TensorAlgebra
{
    extension(Tensor x)
    {
        /// <summary>x + y.</summary>
        public Tensor Plus(Tensor y) => x.add(y, HeldScalars.One);

        /// <summary>x [m] with y [n] added at the places, long [n].</summary>
        public Tensor PlusAt(Tensor places, Tensor y) => MetaKernels.Has(x) ? MetaKernels.PlusAt(x, places, y) : x.index_add(0, places, y, HeldScalars.One);

        /// <summary>clip(x) to [low, high].</summary>
        public Tensor Clip(double low, double high) => MetaKernels.Has(x)
            ? MetaKernels.AtMost(MetaKernels.AtMost(x.neg(), HeldScalars.Of(-low)).neg(), HeldScalars.Of(high))
            : x.clamp(HeldScalars.Of(low), HeldScalars.Of(high));

        /// <summary>min(x, y).</summary>
        public Tensor AtMost(Tensor y) => MetaKernels.Has(x) ? MetaKernels.Minimum(x, y) : minimum(x, y);

        /// <summary>min(x, bound).</summary>
        public Tensor AtMost(double bound) => MetaKernels.Has(x) ? MetaKernels.AtMost(x, HeldScalars.Of(bound)) : x.clamp_max(HeldScalars.Of(bound));

        /// <inheritdoc cref="AtMost(Tensor, double)"/>
        public Tensor AtMost(long bound) => x.clamp_max(HeldScalars.Of(bound));

        /// <summary>max(x, bound).</summary>
        public Tensor AtLeast(long bound) => x.clamp_min(HeldScalars.Of(bound));

        /// <inheritdoc cref="AtLeast(Tensor, long)"/>
        public Tensor AtLeast(double bound) => MetaKernels.Has(x) ? MetaKernels.AtMost(x.neg(), HeldScalars.Of(-bound)).neg() : x.clamp_min(HeldScalars.Of(bound));

        /// <summary>log Σ exp(x) over the last dimension.</summary>
        public Tensor LogSumExp() => MetaKernels.Has(x) ? MetaKernels.LogSumExp(x) : x.logsumexp(-1);

        /// <summary>The rows of x [m, ..] that an index, long [n], names; [n, ..].</summary>
        public Tensor Rows(Tensor index) => MetaKernels.Has(x) ? MetaKernels.Rows(x, index) : x.index_select(0, index);

        /// <summary>x &gt; bound, of booleans.</summary>
        public Tensor IsAbove(double bound) => x.gt(HeldScalars.Of(bound));

        /// <summary>x &lt; bound, of booleans.</summary>
        public Tensor IsBelow(double bound) => x.lt(HeldScalars.Of(bound));

        /// <summary>x &gt; 0, of booleans.</summary>
        public Tensor IsPositive() => x.gt(HeldScalars.Of(0));

        /// <summary>x &lt; 0, of booleans.</summary>
        public Tensor IsNegative() => x.lt(HeldScalars.Of(0));

        /// <summary>x ≠ 0, of booleans.</summary>
        public Tensor IsNonZero() => x.ne(HeldScalars.Of(0));
    }
}

/// <summary>A number of a formula, such as β or G N, that a tensor is multiplied or divided by.</summary>
/// <remarks>A type of its own, since between a tensor and a <see langword="double"/> the compiler chooses TorchSharp's operators.</remarks>
/// <param name="Value">The number; one that comes from options or sizes, since its scalar is kept for ever.</param>
internal readonly record struct Real(double Value)
{
    public static implicit operator Real(double value) => new(value);

    public static Tensor operator *(Real number, Tensor x) => x.mul(HeldScalars.Of(number.Value));

    public static Tensor operator /(Tensor x, Real number) => x.div(HeldScalars.Of(number.Value));
}
