using MLNet.ConvRec.Export.Matrices;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>What a graph is made into, beyond policy and catalog.</summary>
internal sealed record GraphForm
{
    // An ONNX file is one protobuf message, which holds less than 2 GiB; the rest of the graph is small beside the reserve.
    private const long LargestFile = int.MaxValue - (64L << 20);

    /// <summary>How a list is written.</summary>
    public ListDecoding Decoding { get; init; }

    /// <summary>How exactly the weights are held.</summary>
    public WeightPrecision Precision { get; init; }

    /// <summary>Tokens that prompts begin with, whose keys and values a recommender holds (<see cref="CachedPrefix"/>); empty: none.</summary>
    public IReadOnlyList<int> Prefix { get; init; } = [];

    /// <summary>SHA-256 of the <c>catalog.jsonl</c> beside the graph; <see langword="null"/>: there is none.</summary>
    public string? CatalogHash { get; init; }

    /// <summary>SHA-256 of the policy (<see cref="PolicyHash"/>); <see langword="null"/>: not told.</summary>
    public string? PolicyHash { get; init; }

    /// <summary>The most bytes of weights that one file may hold.</summary>
    public long MaximumBytes { get; init; } = LargestFile;

    /// <summary>The bytes that a policy's weights take.</summary>
    public long BytesOf(PolicyWeights weights) => weights.Tensors.Sum(tensor => BytesOf(tensor.Key, tensor.Value));

    /// <summary>Fails where a policy's weights are more than one file can hold; none of them is read for that.</summary>
    /// <exception cref="NotSupportedException">They are.</exception>
    public void RequireOneFile(PolicyWeights weights)
    {
        if (BytesOf(weights) is var bytes && bytes > MaximumBytes)
        {
            throw new NotSupportedException(
                $"The policy's weights take {bytes:N0} bytes as {Precision.Name}; one ONNX file holds at most {MaximumBytes:N0}: export it in a "
                + "smaller precision (convrec export --policy FOLDER --precision int8 or int4), or without recommender.onnx (--decoder-only), or "
                + "train a smaller backbone.");
        }
    }

    private long BytesOf(string name, NamedTensor tensor) => (Precision, tensor.Shape.Length) switch
    {
        (WeightPrecision.Half, > 1) => tensor.Count * sizeof(ushort),
        (WeightPrecision.EightBit or WeightPrecision.FourBit, > 1) when name.EndsWith("_proj.weight", StringComparison.Ordinal) =>
            (tensor.Count * Precision.QuantizedBits!.Value / 8) + (tensor.Count * sizeof(float) / BlockQuantization.BlockLength),
        _ => tensor.Count * sizeof(float),
    };
}
