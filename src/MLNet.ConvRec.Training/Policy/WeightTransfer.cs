using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy;

/// <summary>Carries weights into and out of the network by their checkpoint names.</summary>
internal static class WeightTransfer
{
    /// <summary>Copies the weights into the network's parameters.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, left over, or of another shape.</exception>
    public static void Load(nn.Module network, PolicyWeights weights)
    {
        var missing = new HashSet<string>(weights.Tensors.Keys, StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (!weights.Tensors.TryGetValue(name, out var values))
                throw new InvalidDataException($"The checkpoint has no tensor {name}, which the network of its config.json needs.");
            if (!values.Shape.AsSpan().SequenceEqual(parameter.shape))
                throw new InvalidDataException($"The checkpoint's tensor {name} is [{string.Join(", ", values.Shape)}]; its config.json asks for [{string.Join(", ", parameter.shape)}].");
            parameter.copy_(tensor(values.ToArray(), values.Shape));
            missing.Remove(name);
        }

        if (missing.Count > 0)
            throw new InvalidDataException($"The checkpoint has a tensor {missing.Order(StringComparer.Ordinal).First()} that the network of its config.json doesn't know.");
    }

    /// <summary>Copies the network's parameters out.</summary>
    public static PolicyWeights Save(Transformer network)
    {
        using var scope = NewDisposeScope();
        var tensors = new SortedDictionary<string, NamedTensor>(StringComparer.Ordinal);
        foreach (var (name, parameter) in network.named_parameters())
        {
            var values = parameter.detach().to(CPU).contiguous();
            tensors[name] = new ArrayTensor(parameter.shape, MemoryMarshal.Cast<byte, float>(values.bytes).ToArray());
        }

        return new PolicyWeights(network.Config, tensors);
    }
}
