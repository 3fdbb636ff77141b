using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy;

/// <summary>The adapters of all of a network's linear layers, by the name of the weight that each adds to.</summary>
internal sealed class LoraAdapters : IDisposable
{
    // Sets A's draws apart from the other draws of a stage's seed.
    private const ulong Draws = 0x4C6F_5241;

    private readonly SortedDictionary<string, LoraAdapter> _byWeight = new(StringComparer.Ordinal);

    /// <summary>Makes the adapters, which add nothing yet.</summary>
    /// <param name="projections">The linear layers, by name.</param>
    /// <param name="rank">r.</param>
    /// <param name="alpha">α.</param>
    /// <param name="seed">Decides what A begins with.</param>
    public LoraAdapters(IEnumerable<(string Name, Projection Projection)> projections, int rank, double alpha, ulong seed)
    {
        using var generator = new Generator(CounterRandom.Bits(seed, Draws), CPU);
        foreach (var (name, projection) in projections)
        {
            projection.Adapter = new LoraAdapter(this, projection.Weight, rank, alpha / rank, generator);
            _byWeight[$"{name}.weight"] = projection.Adapter;
        }
    }

    /// <summary>Whether the network's passes add what the adapters learned; without it they are those of the base.</summary>
    public bool AreOn { get; private set; } = true;

    /// <summary>A and B of every layer under PEFT's names, those of its files without their leading <c>base_model.model.</c></summary>
    public IEnumerable<(string Name, Parameter Parameter)> Parameters => _byWeight.SelectMany(entry => new[]
    {
        ($"{entry.Key[..^".weight".Length]}.lora_A.weight", entry.Value.Down), ($"{entry.Key[..^".weight".Length]}.lora_B.weight", entry.Value.Up),
    });

    /// <summary>Turns the adapters off until the returned object is disposed.</summary>
    public IDisposable Off()
    {
        AreOn = false;
        return new OnAgain(this);
    }

    /// <summary>Returns a weight with what its adapter learned, float32; <see langword="null"/> where it has none.</summary>
    public Tensor? Merged(string name, Tensor weight) => _byWeight.GetValueOrDefault(name)?.Merged(weight);

    public void Dispose()
    {
        foreach (var adapter in _byWeight.Values)
            adapter.Dispose();
    }

    private sealed class OnAgain(LoraAdapters adapters) : IDisposable
    {
        public void Dispose() => adapters.AreOn = true;
    }
}
