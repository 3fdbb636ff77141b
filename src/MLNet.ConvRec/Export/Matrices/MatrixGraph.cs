using System.Runtime.InteropServices;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export.Matrices;

/// <summary>A policy's weights as initializers of a graph, and products with them; <see cref="GraphWeights"/> reads them back.</summary>
/// <remarks>Vectors stay float32 at any precision: they are small, and a norm's or a bias' error goes into all that follows.</remarks>
internal sealed class MatrixGraph(GraphBuilder root, PolicyWeights weights, WeightPrecision precision)
{
    /// <summary>What the name of a transposed matrix ends with.</summary>
    public const string TransposedSuffix = ".transposed";

    /// <summary>What joins the names of weights that are one initializer.</summary>
    public const char Join = '+';

    private readonly Dictionary<string, string> _widened = new(StringComparer.Ordinal);

    /// <summary>The initializer of a weight, as the checkpoint has it.</summary>
    public string Weight(string name)
    {
        var tensor = weights.Tensors[name];
        return tensor.Shape.Length > 1 && precision == WeightPrecision.Half
            ? Widened(name, () => (tensor.Shape, tensor.ToArray()))
            : root.Initializer(name, () => (tensor.Shape, tensor.ToArray()));
    }

    /// <summary>The product of x, [.., in], with matrices that checkpoints hold as [out, in]: [.., all out].</summary>
    public string Product(GraphBuilder graph, string x, params string[] names)
    {
        var transposed = string.Join(Join, names) + TransposedSuffix;
        return precision switch
        {
            WeightPrecision.Half => graph.MatMul(x, Widened(transposed, () => Transposed(names))),
            WeightPrecision.EightBit or WeightPrecision.FourBit => QuantizedProduct(graph, x, names, precision.QuantizedBits!.Value),
            _ => graph.MatMul(x, root.Initializer(transposed, () => Transposed(names))),
        };
    }

    // MatMul wants [in, out]; several matrices stand beside each other.
    private (long[] Shape, float[] Values) Transposed(string[] names)
    {
        var tensors = Array.ConvertAll(names, name => weights.Tensors[name]);
        var outputs = tensors.Sum(tensor => tensor.Shape[0]);
        return ([tensors[0].Shape[1], outputs], MatrixForms.Transpose(MatrixForms.Stack(tensors), (int)outputs));
    }

    // One node for each tensor, in the root: a host widens it once, when it loads the file.
    private string Widened(string name, Func<(long[] Shape, float[] Values)> make)
    {
        if (_widened.TryGetValue(name, out var widened))
            return widened;
        var (shape, values) = make();
        var halves = new byte[values.LongLength * sizeof(ushort)];
        WeightTypes.Narrow(values, WeightType.Float16, halves);
        if (MemoryMarshal.Cast<byte, Half>(halves).ContainsAnyExceptInRange(Half.MinValue, Half.MaxValue))
            throw new InvalidDataException($"{name} holds a weight beyond float16's range of ±65,504; export with another precision than fp16.");
        widened = root.Cast(root.Initializer(name, shape, ElementType.Float16, halves), ElementType.Float);
        _widened.Add(name, widened);
        return widened;
    }

    private string QuantizedProduct(GraphBuilder graph, string x, string[] names, int bits)
    {
        var tensors = Array.ConvertAll(names, name => weights.Tensors[name]);
        var (inputs, outputs) = ((int)tensors[0].Shape[1], tensors.Sum(tensor => tensor.Shape[0]));
        var name = $"{string.Join(Join, names)}.int{bits}";
        var matrix = new Lazy<QuantizedMatrix>(() => BlockQuantization.Of(MatrixForms.Stack(tensors), inputs, bits));
        var blocks = BlockQuantization.BlocksOf(inputs);
        var codes = root.Initializer(name, ElementType.Uint8, () => ([outputs, blocks, BlockQuantization.BytesOf(bits)], matrix.Value.Codes));
        var scales = root.Initializer($"{name}.scales", () => ([outputs * blocks], matrix.Value.Scales));
        return graph.RuntimeNode(
            "MatMulNBits",
            [x, codes, scales],
            NodeAttribute.Of("K", inputs),
            NodeAttribute.Of("N", outputs),
            NodeAttribute.Of("bits", bits),
            NodeAttribute.Of("block_size", BlockQuantization.BlockLength),
            NodeAttribute.Of("accuracy_level", 4)); // x is rounded to 8 bits as well: the fast way on a CPU
    }
}
