using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Export.Matrices;

/// <summary>Reads a policy's weights back from a float32 graph: the reverse of <see cref="MatrixGraph"/>, bit by bit.</summary>
internal sealed class GraphWeights
{
    private readonly string _source;
    private readonly Dictionary<string, long[]> _shapes;
    private readonly Dictionary<string, NamedTensor> _found = new(StringComparer.Ordinal);

    private GraphWeights(PolicyConfig config, string source)
    {
        _source = source;
        _shapes = PolicyShapes.Of(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
    }

    /// <summary>Reads the weights.</summary>
    /// <param name="model">A graph that this library built at float32.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InvalidDataException">The graph was built by an earlier version, or doesn't hold all weights as float32.</exception>
    public static PolicyWeights Read(ModelProto model, string source)
    {
        var json = model.MetadataProps.FirstOrDefault(entry => entry.Key == GraphMetadata.Config)?.Value
            ?? throw new InvalidDataException(
                $"{source}: its graph doesn't tell the policy's shape, as those of earlier versions don't; use the policy's folder instead.");
        var (config, _) = PolicyConfigFile.Read(json, source);
        var weights = new GraphWeights(config, source);
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.DataType == ElementType.Float))
            weights.Take(tensor);
        return new PolicyWeights(config, weights.All());
    }

    private void Take(TensorProto tensor)
    {
        var isTransposed = tensor.Name.EndsWith(MatrixGraph.TransposedSuffix, StringComparison.Ordinal);
        var names = (isTransposed ? tensor.Name[..^MatrixGraph.TransposedSuffix.Length] : tensor.Name).Split(MatrixGraph.Join);
        if (!names.All(_shapes.ContainsKey))
            return; // a constant of the graph, no weight
        var counts = names.Select(name => _shapes[name].Aggregate(1L, (product, length) => product * length)).ToArray();
        var values = Values(tensor);
        if (values.Length != counts.Sum())
            throw Fault($"{tensor.Name} has {values.Length} values, where the policy's shape asks for {counts.Sum()}");
        if (isTransposed)
            values = MatrixForms.Transpose(values, rows: (int)tensor.Dims[0]);
        foreach (var (name, part) in names.Zip(MatrixForms.Cut(values, counts)))
            _found[name] = new ArrayTensor(_shapes[name], part);
    }

    private Dictionary<string, NamedTensor> All() => _shapes.Keys.FirstOrDefault(name => !_found.ContainsKey(name)) is { } missing
        ? throw Fault($"{missing} is not among the graph's float32 weights")
        : _shapes.Keys.ToDictionary(name => name, name => _found[name], StringComparer.Ordinal);

    private static float[] Values(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    private InvalidDataException Fault(string what) => new($"{_source}: {what}; copy or train it again.");
}
