using System.Numerics.Tensors;

namespace MLNet.ConvRec.Export.Matrices;

/// <summary>A matrix of whole numbers in blocks of 32 along its rows, as MatMulNBits of ONNX Runtime reads it.</summary>
/// <param name="Codes">
/// Rows × blocks × bytes of a block: each weight's number of steps from zero, plus half the range; of 4 bits two a byte, the first in the
/// lower half. The end of a row's last block is padded with zeros' code.
/// </param>
/// <param name="Scales">Rows × blocks: the length of a step.</param>
internal sealed record QuantizedMatrix(byte[] Codes, float[] Scales);

/// <summary>Symmetric quantization: in each block, steps of the largest magnitude over the largest code, rounded to the nearest.</summary>
internal static class BlockQuantization
{
    /// <summary>The weights that share a scale.</summary>
    public const int BlockLength = 32;

    /// <summary>The blocks of a row.</summary>
    public static int BlocksOf(int columns) => (columns + BlockLength - 1) / BlockLength;

    /// <summary>The bytes of a block.</summary>
    public static int BytesOf(int bits) => BlockLength * bits / 8;

    /// <summary>Quantizes a matrix.</summary>
    /// <param name="values">Row after row.</param>
    /// <param name="columns">The length of a row.</param>
    /// <param name="bits">4 or 8.</param>
    public static QuantizedMatrix Of(ReadOnlySpan<float> values, int columns, int bits)
    {
        var (rows, blocks, bytes) = (values.Length / columns, BlocksOf(columns), BytesOf(bits));
        var scales = new float[rows * blocks];
        var codes = new byte[checked(rows * blocks * bytes)];
        for (var block = 0; block < scales.Length; block++)
        {
            var first = block % blocks * BlockLength;
            var part = values.Slice((block / blocks * columns) + first, Math.Min(BlockLength, columns - first));
            scales[block] = Encode(part, bits, codes.AsSpan(block * bytes, bytes));
        }

        return new QuantizedMatrix(codes, scales);
    }

    private static float Encode(ReadOnlySpan<float> block, int bits, Span<byte> codes)
    {
        var zero = 1 << (bits - 1);
        var scale = MathF.Abs(TensorPrimitives.MaxMagnitude(block)) / (zero - 1);
        for (var i = 0; i < BlockLength; i++)
        {
            var steps = i < block.Length && scale > 0 ? (int)MathF.Round(block[i] / scale) : 0;
            var code = (byte)(Math.Clamp(steps, 1 - zero, zero - 1) + zero);
            if (bits == 8)
                codes[i] = code;
            else
                codes[i / 2] |= (byte)(code << (4 * (i % 2)));
        }

        return scale;
    }
}
