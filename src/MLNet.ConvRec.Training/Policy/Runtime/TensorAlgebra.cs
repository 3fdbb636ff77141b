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

        /// <summary>clip(x) to [low, high].</summary>
        public Tensor Clip(double low, double high) => x.clamp(HeldScalars.Of(low), HeldScalars.Of(high));

        /// <summary>min(x, bound).</summary>
        public Tensor AtMost(double bound) => x.clamp_max(HeldScalars.Of(bound));

        /// <inheritdoc cref="AtMost(Tensor, double)"/>
        public Tensor AtMost(long bound) => x.clamp_max(HeldScalars.Of(bound));

        /// <summary>max(x, bound).</summary>
        public Tensor AtLeast(long bound) => x.clamp_min(HeldScalars.Of(bound));

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
