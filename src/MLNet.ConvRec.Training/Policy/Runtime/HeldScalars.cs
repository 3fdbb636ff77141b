using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>Scalars that outlive every call.</summary>
/// <remarks>
/// TorchSharp makes a finalisable <see cref="Scalar"/> of each number and doesn't keep it alive during the native call, so that a collection that another
/// thread starts at that moment frees it under the call ("Exception raised from toDouble" or "toFloat": an hour's training ended that way). Every
/// scalar of ours is therefore held: here, in a field, or by <c>using</c>; a test reads the compiled code for those that aren't.
/// </remarks>
internal static class HeldScalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Reals = new();
    private static readonly ConcurrentDictionary<long, Scalar> Integers = new();

    /// <summary>1, as the α of a sum.</summary>
    public static readonly Scalar One = 1;

    /// <summary>Returns the scalar of a number that comes from options or sizes, kept for ever; what changes with every step is held by <c>using</c> instead.</summary>
    public static Scalar Of(double value)
    {
        if (Reals.TryGetValue(value, out var known))
            return known;
        Scalar made = value;
        return Reals.GetOrAdd(value, made);
    }

    /// <inheritdoc cref="Of(double)"/>
    public static Scalar Of(long value)
    {
        if (Integers.TryGetValue(value, out var known))
            return known;
        Scalar made = value;
        return Integers.GetOrAdd(value, made);
    }

    /// <summary>0, 1, .., count − 1, long [count]; <c>arange</c> makes scalars of its own.</summary>
    public static Tensor Range(long count, Device device)
    {
        var values = new long[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = i;
        return tensor(values, device: device);
    }
}
