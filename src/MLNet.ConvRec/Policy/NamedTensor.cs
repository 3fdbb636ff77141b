namespace MLNet.ConvRec.Policy;

/// <summary>The element type of a checkpoint's tensor.</summary>
internal enum WeightType
{
    Float32,
    Float16,
    BFloat16,
}

/// <summary>A tensor of a checkpoint in row-major order, wherever it is held: in memory, or in a file that is read when asked.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal abstract class NamedTensor(long[] shape, WeightType type)
{
    /// <summary>Its dimensions; none: a scalar.</summary>
    public long[] Shape => shape;

    /// <summary>The type in which its elements are stored.</summary>
    public WeightType Type => type;

    /// <summary>The number of elements: the product of the dimensions.</summary>
    public long Count { get; } = shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Reads elements as they are stored.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="bytes">Filled with whole elements, little-endian.</param>
    public abstract void ReadBytes(long start, Span<byte> bytes);

    /// <summary>Reads elements, widened to float32.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="values">Filled.</param>
    public abstract void Read(long start, Span<float> values);

    /// <summary>Reads all elements, widened to float32.</summary>
    /// <exception cref="NotSupportedException">There are more than an array can hold.</exception>
    public virtual float[] ToArray()
    {
        if (Count > Array.MaxLength)
            throw new NotSupportedException($"A tensor of {Count} elements does not fit in an array.");
        var values = new float[Count];
        Read(0, values);
        return values;
    }
}
