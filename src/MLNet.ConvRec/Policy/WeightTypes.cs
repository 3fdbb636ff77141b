using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MLNet.ConvRec.Policy;

/// <summary>Sizes, names and conversions of the element types.</summary>
internal static class WeightTypes
{
    private static readonly (WeightType Type, string Dtype, string ConfigName)[] Names =
    [
        (WeightType.Float32, "F32", "float32"),
        (WeightType.Float16, "F16", "float16"),
        (WeightType.BFloat16, "BF16", "bfloat16"),
    ];

    extension(WeightType type)
    {
        /// <summary>Bytes of one element.</summary>
        public int Size => type == WeightType.Float32 ? sizeof(float) : sizeof(ushort);

        /// <summary>Its name in a safetensors header.</summary>
        public string Dtype => Names.Single(name => name.Type == type).Dtype;

        /// <summary>Its name in a <c>config.json</c>.</summary>
        public string ConfigName => Names.Single(name => name.Type == type).ConfigName;

        /// <summary>The type that a <c>config.json</c> names; <see langword="null"/>: none that is read.</summary>
        public static WeightType? OfConfigName(string configName) =>
            Names.Where(name => name.ConfigName == configName).Select(name => (WeightType?)name.Type).FirstOrDefault();
    }

    /// <summary>Widens stored elements to float32.</summary>
    public static void Widen(ReadOnlySpan<byte> stored, WeightType type, Span<float> values)
    {
        switch (type)
        {
            case WeightType.Float32:
                stored.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case WeightType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(stored), values);
                break;
            default:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(stored), MemoryMarshal.Cast<float, uint>(values));
                break;
        }
    }

    /// <summary>Rounds float32 to stored elements: to the nearest, of two to the even one; what is too large becomes infinite.</summary>
    public static void Narrow(ReadOnlySpan<float> values, WeightType type, Span<byte> stored)
    {
        switch (type)
        {
            case WeightType.Float32:
                MemoryMarshal.AsBytes(values).CopyTo(stored);
                break;
            case WeightType.Float16:
                TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(stored));
                break;
            default:
                NarrowToBFloat16(values, MemoryMarshal.Cast<byte, ushort>(stored));
                break;
        }
    }

    // A bfloat16 is the upper half of a float32.
    private static void WidenBFloat16(ReadOnlySpan<ushort> stored, Span<uint> bits)
    {
        var i = 0;
        for (; i <= stored.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(stored[i..]), out var low, out var high);
            Vector.ShiftLeft(low, 16).CopyTo(bits[i..]);
            Vector.ShiftLeft(high, 16).CopyTo(bits[(i + Vector<uint>.Count)..]);
        }

        for (; i < stored.Length; i++)
            bits[i] = (uint)stored[i] << 16;
    }

    private static void NarrowToBFloat16(ReadOnlySpan<float> values, Span<ushort> stored)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            // A NaN whose set bits are all in the lower half would become infinity; the quiet bit keeps it a NaN.
            stored[i] = float.IsNaN(values[i])
                ? (ushort)((bits >> 16) | 0x40)
                : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }
}
