using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>A policy's weights as initializers of a graph, and products with them.</summary>
internal sealed class MatrixGraph
{
    // An ONNX file is one protobuf message, which holds less than 2 GiB; the rest of the graph is small beside the reserve.
    private const long MaximumBytes = int.MaxValue - (64L << 20);

    private readonly GraphBuilder _root;
    private readonly PolicyWeights _weights;

    /// <summary>Takes the weights.</summary>
    /// <exception cref="NotSupportedException">They are more than one ONNX file can hold.</exception>
    public MatrixGraph(GraphBuilder root, PolicyWeights weights)
    {
        var bytes = weights.Tensors.Values.Sum(tensor => tensor.Count) * sizeof(float);
        if (bytes > MaximumBytes)
        {
            throw new NotSupportedException(
                $"The policy's weights take {bytes:N0} bytes as float32; one ONNX file holds at most {MaximumBytes:N0}: "
                + "train a smaller backbone to score with ML.NET.");
        }

        (_root, _weights) = (root, weights);
    }

    /// <summary>The initializer of a weight, as the checkpoint has it.</summary>
    public string Weight(string name) => _root.Initializer(name, () => (_weights.Tensors[name].Shape, _weights.Tensors[name].ToArray()));

    /// <summary>The product of x, [.., in], with matrices that checkpoints hold as [out, in]: [.., all out].</summary>
    public string Product(GraphBuilder graph, string x, params string[] names) => graph.MatMul(x, Transposed(names));

    // MatMul wants [in, out]; several matrices stand beside each other.
    private string Transposed(string[] names) => _root.Initializer($"{string.Join('+', names)}.transposed", () =>
    {
        var tensors = Array.ConvertAll(names, name => _weights.Tensors[name]);
        var (inputs, outputs) = ((int)tensors[0].Shape[1], tensors.Sum(tensor => (int)tensor.Shape[0]));
        var values = new float[(long)inputs * outputs];
        var first = 0;
        foreach (var tensor in tensors)
        {
            var stored = tensor.ToArray();
            for (var row = 0; row < (int)tensor.Shape[0]; row++)
            {
                for (var column = 0; column < inputs; column++)
                    values[((long)column * outputs) + first + row] = stored[((long)row * inputs) + column];
            }

            first += (int)tensor.Shape[0];
        }

        return ([inputs, outputs], values);
    });
}
