using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Matrices;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Export.Matrices;

/// <summary>A policy with the weights that a graph of lower precision holds, written out as float32.</summary>
internal static class DequantizedPolicy
{
    public static PolicyWeights Of(PolicyWeights weights, WeightPrecision precision) => weights with
    {
        Tensors = weights.Tensors.ToDictionary(tensor => tensor.Key, tensor => Rounded(tensor.Key, tensor.Value, precision)),
    };

    public static float[] Values(QuantizedMatrix matrix, int rows, int columns, int bits)
    {
        var (blocks, bytes) = ((columns + 31) / 32, 4 * bits);
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            var block = (row * blocks) + (column / 32);
            var within = column % 32;
            var code = bits == 8
                ? matrix.Codes[(block * bytes) + within]
                : (matrix.Codes[(block * bytes) + (within / 2)] >> (within % 2 * 4)) & 15;
            values[i] = (code - (1 << (bits - 1))) * matrix.Scales[block];
        }

        return values;
    }

    private static NamedTensor Rounded(string name, NamedTensor tensor, WeightPrecision precision) => tensor.Shape switch
    {
        [_, _] when precision == WeightPrecision.Half =>
            new ArrayTensor(tensor.Shape, [.. tensor.ToArray().Select(value => (float)(Half)value)]),
        [var rows, var columns] when precision is WeightPrecision.EightBit or WeightPrecision.FourBit && name.Contains("_proj", StringComparison.Ordinal) =>
            Quantized(tensor, (int)rows, (int)columns, precision == WeightPrecision.EightBit ? 8 : 4),
        _ => tensor,
    };

    private static ArrayTensor Quantized(NamedTensor tensor, int rows, int columns, int bits) =>
        new(tensor.Shape, Values(BlockQuantization.Of(tensor.ToArray(), columns, bits), rows, columns, bits));
}
