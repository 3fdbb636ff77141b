using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Policy;

/// <summary>A float32 tensor in memory.</summary>
internal sealed class ArrayTensor : NamedTensor
{
    private readonly float[] _values;

    /// <summary>Takes an array; it is not copied and must not change any more.</summary>
    /// <param name="shape">The dimensions.</param>
    /// <param name="values">As many values as the product of the dimensions.</param>
    public ArrayTensor(long[] shape, float[] values)
        : base(shape, WeightType.Float32)
    {
        if (values.Length != Count)
            throw new ArgumentException($"{values.Length} values were given for the shape [{string.Join(", ", shape)}].", nameof(values));
        _values = values;
    }

    /// <inheritdoc/>
    public override void ReadBytes(long start, Span<byte> bytes) => MemoryMarshal.AsBytes(_values.AsSpan((int)start)).Slice(0, bytes.Length).CopyTo(bytes);

    /// <inheritdoc/>
    public override void Read(long start, Span<float> values) => _values.AsSpan((int)start, values.Length).CopyTo(values);

    /// <inheritdoc/>
    public override float[] ToArray() => _values;
}
