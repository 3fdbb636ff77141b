using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy;

/// <summary>Whole sequences, padded on the right: each token sees those up to itself. Padding stands after every real token and is never seen.</summary>
internal sealed class CausalContext : IRecomputableContext
{
    public static readonly CausalContext Instance = new();

    public Tensor? Mask => null;

    public (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values) => (keys, values);

    public Tensor[] Inputs(int layer) => [];

    public (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope) => (this, () => []);

    public void Keep(int layer, Tensor[] outputs)
    {
    }
}

/// <summary>Causal, and remembers the keys and values, with their gradients, for the lists that follow the prompts.</summary>
internal sealed class PrefixRecorder(int layers, DisposeScope step) : IRecomputableContext
{
    public (Tensor Keys, Tensor Values)[] Recorded { get; } = new (Tensor, Tensor)[layers]; // each [prompts, kv, P, D]

    public Tensor? Mask => null;

    public (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values)
    {
        Recorded[layer] = (keys.MoveToOtherDisposeScope(step), values.MoveToOtherDisposeScope(step)); // they outlive the layer's own scope
        return (keys, values);
    }

    public Tensor[] Inputs(int layer) => [];

    public (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope)
    {
        var recorder = new PrefixRecorder(layer + 1, scope);
        return (recorder, () => [recorder.Recorded[layer].Keys, recorder.Recorded[layer].Values]);
    }

    public void Keep(int layer, Tensor[] outputs) => Extend(layer, outputs[0], outputs[1]);
}

/// <summary>Lists after their prompts: each list token sees its own prompt and the list up to itself. The prompt was run once for its whole group.</summary>
/// <remarks>Differentiable: gradients of all lists of a group flow into the one prompt pass.</remarks>
internal sealed class PrefixContext((Tensor Keys, Tensor Values)[] prefix, Tensor promptOf, Tensor mask) : IRecomputableContext
{
    public Tensor? Mask { get; } = mask; // bool [lists, 1, R, P + R]

    public (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values)
    {
        var (prefixKeys, prefixValues) = prefix[layer];
        return (cat([prefixKeys.index_select(0, promptOf), keys], 2), cat([prefixValues.index_select(0, promptOf), values], 2)); // [lists, kv, P + R, D]
    }

    public Tensor[] Inputs(int layer) => [prefix[layer].Keys, prefix[layer].Values, promptOf, Mask!];

    public (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope)
    {
        var again = new (Tensor, Tensor)[layer + 1];
        again[layer] = (inputs[0], inputs[1]);
        return (new PrefixContext(again, inputs[2], inputs[3]), () => []);
    }

    public void Keep(int layer, Tensor[] outputs)
    {
    }
}

/// <summary>The KV cache of ragged sequences: each writes its new tokens at its own length.</summary>
/// <remarks>A padded new token writes beyond its sequence's length, where the next real one overwrites it and the mask hides it meanwhile.</remarks>
internal sealed class KeyValueCache : IAttentionContext, IDisposable
{
    private readonly Tensor[] _keys, _values; // per layer [B·capacity, kv·D]
    private readonly long _sequences, _heads, _headSize;
    private Tensor? _slots;

    public KeyValueCache(PolicyConfig config, long sequences, long capacity, Device device)
    {
        (_sequences, _heads, _headSize, Capacity) = (sequences, config.KeyValueHeadCount, config.HeadSize, capacity);
        _keys = [.. Enumerable.Range(0, config.LayerCount).Select(_ => Allocate())];
        _values = [.. Enumerable.Range(0, config.LayerCount).Select(_ => Allocate())];

        Tensor Allocate() => zeros(sequences * capacity, _heads * _headSize, device: device).DetachFromDisposeScope();
    }

    /// <summary>The most tokens of one sequence.</summary>
    public long Capacity { get; }

    /// <summary>How many of the slots are attended to in the pass under way.</summary>
    public long Visible { get; private set; }

    public Tensor? Mask { get; private set; }

    /// <summary>Prepares a pass: token t of sequence b goes to slot slots[b, t] (long [B, T]) and sees by mask (bool [B, 1, T, visible]).</summary>
    public void Prepare(Tensor slots, long visible, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var offsets = HeldScalars.Range(_sequences, slots.device).mul(HeldScalars.Of(Capacity)).unsqueeze(1); // [B, 1]
        _slots?.Dispose();
        _slots = slots.add(offsets, HeldScalars.One).reshape(-1).DetachFromDisposeScope(); // [B·T]
        (Visible, Mask) = (visible, mask);
    }

    public (Tensor Keys, Tensor Values) Extend(int layer, Tensor keys, Tensor values)
    {
        Write(_keys[layer], keys);
        Write(_values[layer], values);
        return (Read(_keys[layer]), Read(_values[layer]));
    }

    /// <summary>Fills the first P slots of each sequence from prompts run once: sequence b takes prompt promptOf[b].</summary>
    public void Fill((Tensor Keys, Tensor Values)[] prefix, Tensor promptOf)
    {
        using var scope = NewDisposeScope();
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            Copy(_keys[layer], prefix[layer].Keys);
            Copy(_values[layer], prefix[layer].Values);
        }

        void Copy(Tensor cache, Tensor source) =>
            cache.view(_sequences, Capacity, -1).narrow(1, 0, source.shape[2])
                .copy_(source.transpose(1, 2).reshape(source.shape[0], source.shape[2], -1).index_select(0, promptOf)); // [B, P, kv·D]
    }

    public void Dispose()
    {
        foreach (var cache in _keys.Concat(_values))
            cache.Dispose();
        _slots?.Dispose();
    }

    private void Write(Tensor cache, Tensor fresh)
    {
        using var scope = NewDisposeScope();
        cache.index_copy_(0, _slots!, fresh.transpose(1, 2).reshape(-1, _heads * _headSize)); // [B·T, kv·D]
    }

    private Tensor Read(Tensor cache) => cache.view(_sequences, Capacity, _heads, _headSize).narrow(1, 0, Visible).transpose(1, 2); // [B, kv, S, D]
}
