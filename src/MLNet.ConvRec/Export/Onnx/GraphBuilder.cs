using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MLNet.ConvRec.Export.Onnx;

/// <summary>Builds an ONNX graph node by node; a value is known by its name.</summary>
/// <remarks>
/// A body (of a Loop) shares its root's names and initializers: ONNX lets it see them, and ONNX Runtime keeps one copy of weights that way.
/// The same calls give the same bytes.
/// </remarks>
internal sealed class GraphBuilder
{
    private const int OperatorSet = 18;

    // The first IR version that holds operator set 18.
    private const int IrVersion = 8;

    // ONNX Runtime's own operators, such as products with quantized matrices.
    private const string RuntimeDomain = "com.microsoft";
    private const int RuntimeOperatorSet = 1;

    private readonly GraphBuilder _root;
    private readonly HashSet<string> _initializers = new(StringComparer.Ordinal);
    private int _nextNode;
    private bool _hasRuntimeNodes;

    public GraphBuilder(string name)
        : this(name, null)
    {
    }

    private GraphBuilder(string name, GraphBuilder? root)
    {
        Graph = new GraphProto { Name = name };
        _root = root ?? this;
    }

    /// <summary>The graph as built so far.</summary>
    public GraphProto Graph { get; }

    /// <summary>Starts the body of a control-flow node.</summary>
    public GraphBuilder Body(string name) => new(name, _root);

    /// <summary>Declares an input and returns its name.</summary>
    public string Input(string name, ElementType type, params ReadOnlySpan<Dimension> shape)
    {
        Graph.Input.Add(Describe(name, type, shape));
        return name;
    }

    /// <summary>Declares that the value is an output of the graph, under the given name.</summary>
    public void Output(string value, string name, ElementType type, params ReadOnlySpan<Dimension> shape)
    {
        var identity = new NodeProto { OpType = "Identity", Name = $"output_{name}" };
        identity.Input.Add(value);
        identity.Output.Add(name);
        Graph.Node.Add(identity);
        Graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>Adds a node with one output and returns the output's name.</summary>
    public string Node(string type, string[] inputs, params AttributeProto[] attributes) => Nodes(type, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs and returns their names.</summary>
    public string[] Nodes(string type, string[] inputs, int outputCount, params AttributeProto[] attributes)
    {
        var name = $"{type}_{_root._nextNode++}";
        string[] outputs = outputCount == 1 ? [name] : [.. Enumerable.Range(0, outputCount).Select(i => $"{name}_{i}")];
        var node = new NodeProto { OpType = type, Name = name };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        Graph.Node.Add(node);
        return outputs;
    }

    /// <summary>Adds a node of ONNX Runtime's own operators, with one output, and returns the output's name.</summary>
    public string RuntimeNode(string type, string[] inputs, params AttributeProto[] attributes)
    {
        var output = Node(type, inputs, attributes);
        Graph.Node[^1].Domain = RuntimeDomain;
        _root._hasRuntimeNodes = true;
        return output;
    }

    /// <summary>Adds a float tensor to the root graph, once for each name, made only then, and returns its name.</summary>
    public string Initializer(string name, Func<(long[] Shape, float[] Values)> make)
    {
        if (_root._initializers.Contains(name))
            return name;
        var (shape, values) = make();
        return Initializer(name, shape, values);
    }

    /// <summary>Adds bytes as a tensor to the root graph, once for each name, made only then, and returns its name.</summary>
    public string Initializer(string name, ElementType type, Func<(long[] Shape, byte[] Data)> make)
    {
        if (_root._initializers.Contains(name))
            return name;
        var (shape, data) = make();
        return Initializer(name, shape, type, data);
    }

    /// <summary>Adds a float tensor to the root graph, once for each name, and returns its name.</summary>
    public string Initializer(string name, long[] shape, float[] values) =>
        Initializer(name, shape, ElementType.Float, MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>Adds a vector of integers to the root graph, once for each name, and returns its name.</summary>
    public string Initializer(string name, IEnumerable<int> values)
    {
        long[] wide = [.. values];
        return Initializer(name, [wide.Length], ElementType.Int64, MemoryMarshal.AsBytes(wide.AsSpan()));
    }

    /// <summary>A constant vector of integers.</summary>
    public string Vector(params long[] values) =>
        Initializer($"vector_{string.Join('_', values)}", [values.Length], ElementType.Int64, MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>A constant vector of one float.</summary>
    public string Vector(float value) =>
        Initializer(FormattableString.Invariant($"vector_{value:R}f"), [1], ElementType.Float, MemoryMarshal.AsBytes([value]));

    /// <summary>A constant integer without dimensions.</summary>
    public string Scalar(long value) => Initializer($"scalar_{value}", [], ElementType.Int64, MemoryMarshal.AsBytes([value]));

    /// <summary>A constant float without dimensions.</summary>
    public string Scalar(float value) =>
        Initializer(FormattableString.Invariant($"scalar_{value:R}f"), [], ElementType.Float, MemoryMarshal.AsBytes([value]));

    /// <summary>The constant <see langword="true"/> without dimensions.</summary>
    public string True() => Initializer("scalar_true", [], ElementType.Bool, [1]);

    /// <summary>Returns the root graph as a model.</summary>
    /// <param name="description">What the model does.</param>
    /// <param name="metadata">What the file tells of itself, by name.</param>
    public ModelProto ToModel(string description, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "MLNet.ConvRec", DocString = description, Graph = _root.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = OperatorSet });
        if (_root._hasRuntimeNodes)
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = RuntimeDomain, Version = RuntimeOperatorSet });
        model.MetadataProps.AddRange(metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }

    /// <summary>Adds a tensor to the root graph, once for each name, and returns its name.</summary>
    public string Initializer(string name, long[] shape, ElementType type, ReadOnlySpan<byte> data)
    {
        if (!_root._initializers.Add(name))
            return name;
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(data) };
        tensor.Dims.AddRange(shape);
        _root.Graph.Initializer.Add(tensor);
        return name;
    }

    private static ValueInfoProto Describe(string name, ElementType type, ReadOnlySpan<Dimension> shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = type, Shape = new TensorShapeProto() };
        foreach (var dimension in shape)
            tensor.Shape.Dim.Add(dimension.ToProto());
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
