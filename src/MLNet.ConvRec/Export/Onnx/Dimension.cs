
namespace MLNet.ConvRec.Export.Onnx;

/// <summary>One dimension of a graph's input or output: a number, or the name of a length that is known only when the graph runs.</summary>
internal readonly record struct Dimension(long Length, string? Name)
{
    public static implicit operator Dimension(long length) => new(length, null);

    public static implicit operator Dimension(string name) => new(0, name);

    public TensorShapeProto.Types.Dimension ToProto() =>
        Name is null
            ? new TensorShapeProto.Types.Dimension { DimValue = Length }
            : new TensorShapeProto.Types.Dimension { DimParam = Name };
}
