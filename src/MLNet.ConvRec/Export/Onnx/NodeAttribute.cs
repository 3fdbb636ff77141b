
namespace MLNet.ConvRec.Export.Onnx;

/// <summary>Makes a node's attributes.</summary>
internal static class NodeAttribute
{
    public static AttributeProto Of(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Of(string name, GraphProto value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = value };

    public static AttributeProto Of(string name, long[] value)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(value);
        return attribute;
    }
}
