using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy;

/// <summary>Carries weights into and out of the network by their checkpoint names, piece by piece: no second copy of a tensor is ever held.</summary>
internal static class WeightTransfer
{
    private const int PieceElements = 1 << 22;

    /// <summary>Reads the weights into the network's parameters, widened or narrowed to their type.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, left over, or of another shape.</exception>
    public static void Load(nn.Module network, PolicyWeights weights) => Load(network.named_parameters(), weights);

    /// <inheritdoc cref="Load(nn.Module, PolicyWeights)"/>
    public static void Load(IEnumerable<(string Name, Parameter Parameter)> parameters, PolicyWeights weights)
    {
        using var scope = NewDisposeScope();
        var pieces = Matched(parameters, weights).SelectMany(pair => Pieces(pair.Values.Count)
            .Select(piece => (pair.Values, Target: pair.Parameter.detach().view(-1).narrow(0, piece.Start, piece.Count), piece.Start))).ToArray();
        try
        {
            Parallel.ForEach(pieces, piece => Read(piece.Values, piece.Start, piece.Target));
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }
    }

    /// <summary>Copies the weights of one network into another of the same shape.</summary>
    public static void Copy(nn.Module from, nn.Module to)
    {
        using var noGradient = no_grad();
        foreach (var (source, target) in from.parameters().Zip(to.parameters()))
            target.copy_(source);
    }

    /// <summary>Copies the network's parameters out, as float32, with what its adapters add to them.</summary>
    public static PolicyWeights Save(Transformer network)
    {
        var tensors = new SortedDictionary<string, NamedTensor>(StringComparer.Ordinal);
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var merged = network.Adapters?.Merged(name, parameter);
            tensors[name] = new ArrayTensor(parameter.shape, Values(merged ?? parameter));
        }

        return new PolicyWeights(network.Config, tensors);
    }

    /// <summary>Copies what is trained out, as float32: the network's parameters, or its adapters.</summary>
    public static PolicyWeights SaveTrained(Transformer network)
    {
        var tensors = new SortedDictionary<string, NamedTensor>(StringComparer.Ordinal);
        foreach (var (name, parameter) in network.Trained)
            tensors[name] = new ArrayTensor(parameter.shape, Values(parameter));
        return new PolicyWeights(network.Config, tensors);
    }

    private static List<(Tensor Parameter, NamedTensor Values)> Matched(IEnumerable<(string Name, Parameter Parameter)> parameters, PolicyWeights weights)
    {
        var unknown = new HashSet<string>(weights.Tensors.Keys, StringComparer.Ordinal);
        var pairs = new List<(Tensor, NamedTensor)>();
        foreach (var (name, parameter) in parameters)
        {
            if (!weights.Tensors.TryGetValue(name, out var values))
                throw new InvalidDataException($"The checkpoint has no tensor {name}, which the network of its config.json needs.");
            if (!values.Shape.AsSpan().SequenceEqual(parameter.shape))
                throw new InvalidDataException($"The checkpoint's tensor {name} is [{string.Join(", ", values.Shape)}]; its config.json asks for [{string.Join(", ", parameter.shape)}].");
            pairs.Add((parameter, values));
            unknown.Remove(name);
        }

        return unknown.Count == 0
            ? pairs
            : throw new InvalidDataException($"The checkpoint has a tensor {unknown.Order(StringComparer.Ordinal).First()} that the network of its config.json doesn't know.");
    }

    private static IEnumerable<(long Start, long Count)> Pieces(long count)
    {
        for (var start = 0L; start < count; start += PieceElements)
            yield return (start, Math.Min(PieceElements, count - start));
    }

    private static void Read(NamedTensor values, long start, Tensor target)
    {
        using var scope = NewDisposeScope();
        if (target.dtype == StoredAs(values.Type))
            HostTransfer.Write(target, target.dtype, bytes => values.ReadBytes(start, bytes));
        else
            HostTransfer.Write(target, ScalarType.Float32, bytes => values.Read(start, MemoryMarshal.Cast<byte, float>(bytes)));
    }

    private static float[] Values(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        var (flat, values) = (parameter.detach().contiguous().view(-1), new float[parameter.NumberOfElements]);
        foreach (var (start, count) in Pieces(values.Length))
        {
            using var piece = NewDisposeScope();
            HostTransfer.Read(flat.narrow(0, start, count), values.AsSpan((int)start, (int)count), HostPlace.Weights);
        }

        return values;
    }

    private static ScalarType StoredAs(WeightType type) => type switch
    {
        WeightType.Float32 => ScalarType.Float32,
        WeightType.Float16 => ScalarType.Float16,
        WeightType.BFloat16 => ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A weight is float32, float16 or bfloat16."),
    };
}
