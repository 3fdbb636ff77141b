using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The KV cache of ragged sequences in a fixed number of places, filled from the front.</summary>
/// <remarks>
/// New tokens of all sequences come packed, as one row without padding, so that the matrix products do no work for nothing; only the attention itself
/// pads them. A sequence that has ended frees its place: the last one moves there (<see cref="Move"/>).
/// </remarks>
internal sealed class KeyValueCache : IAttentionContext, IDisposable
{
    // Slots are added by this many, so that growing is rare.
    private const long Growth = 64;

    private readonly Tensor[] _keys, _values; // per layer [places, capacity, kv·D]
    private readonly PolicyConfig _config;
    private readonly long _places;
    private readonly Device _device;
    private readonly ScalarType _type;
    private PackedPass? _pass;

    public KeyValueCache(PolicyConfig config, long places, Device device, ScalarType type = ScalarType.Float32)
    {
        (_config, _places, _device, _type) = (config, places, device, type);
        _keys = [.. Enumerable.Range(0, config.LayerCount).Select(_ => Allocate(0))];
        _values = [.. Enumerable.Range(0, config.LayerCount).Select(_ => Allocate(0))];
    }

    /// <summary>The most tokens that a sequence can have before the cache grows.</summary>
    public long Capacity { get; private set; }

    /// <summary>Prepares a pass over the first sequences' new tokens; its tensors must live until it is done.</summary>
    public void Prepare(PackedPass pass)
    {
        EnsureCapacity(pass.Visible);
        _pass = pass;
    }

    /// <inheritdoc/>
    public Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values)
    {
        var slots = _pass!.Slots(Capacity);                                                            // [n]
        Write(_keys[layer], slots, keys);
        Write(_values[layer], slots, values);
        return _pass.Attend(queries, padded => GroupedAttention.Masked(padded, Read(_keys[layer]), Read(_values[layer]), _pass.Mask));
    }

    /// <summary>Fills sequences from prompts that were run once each: the sequence at places[i] takes prompt promptOf[i].</summary>
    /// <param name="prefix">Keys and values of each layer, [prompts, kv, P, D].</param>
    /// <param name="promptOf">A prompt for each place.</param>
    /// <param name="places">The places to fill.</param>
    public void Fill((Tensor Keys, Tensor Values)[] prefix, long[] promptOf, long[] places)
    {
        using var scope = NewDisposeScope();
        var length = prefix[0].Keys.shape[2];
        EnsureCapacity(length);
        var (from, to) = (tensor(promptOf, device: _device), tensor(places, device: _device));
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            Copy(_keys[layer], prefix[layer].Keys);
            Copy(_values[layer], prefix[layer].Values);
        }

        void Copy(Tensor cache, Tensor source) => cache.narrow(1, 0, length)
            .index_copy_(0, to, source.transpose(1, 2).reshape(source.shape[0], length, -1).Rows(from)); // [places, P, kv·D]
    }

    /// <summary>Moves whole sequences.</summary>
    /// <param name="from">Places of sequences that go on.</param>
    /// <param name="to">Places of sequences that have ended.</param>
    /// <param name="length">The most tokens that one of them has.</param>
    public void Move(long[] from, long[] to, long length)
    {
        using var scope = NewDisposeScope();
        var (source, target) = (tensor(from, device: _device), tensor(to, device: _device));
        foreach (var cache in _keys.Concat(_values))
        {
            var used = cache.narrow(1, 0, length);
            used.index_copy_(0, target, used.Rows(source));
        }
    }

    public void Dispose()
    {
        foreach (var cache in _keys.Concat(_values))
            cache.Dispose();
    }

    private void EnsureCapacity(long length)
    {
        if (length <= Capacity)
            return;
        var capacity = (length + Growth - 1) / Growth * Growth;
        Grow(_keys);
        Grow(_values);
        Capacity = capacity;

        void Grow(Tensor[] caches)
        {
            for (var layer = 0; layer < caches.Length; layer++)
            {
                using var old = caches[layer];
                caches[layer] = Allocate(capacity);
                using var kept = caches[layer].narrow(1, 0, Capacity);
                kept.copy_(old);
            }
        }
    }

    // Zeros: what no sequence has written yet is masked, and a masked number must be one.
    private Tensor Allocate(long capacity) =>
        zeros([_places, capacity, (long)_config.KeyValueHeadCount * _config.HeadSize], _type, _device).DetachFromDisposeScope();

    private static void Write(Tensor cache, Tensor slots, Tensor fresh)
    {
        using var scope = NewDisposeScope();
        cache.view(-1, cache.shape[2]).index_copy_(0, slots, fresh.transpose(1, 2).reshape(-1, cache.shape[2])); // [n, kv·D]
    }

    private Tensor Read(Tensor cache) => cache.narrow(0, 0, _pass!.Sequences).narrow(1, 0, _pass.Visible)
        .view(_pass.Sequences, _pass.Visible, _config.KeyValueHeadCount, _config.HeadSize).transpose(1, 2); // [B, kv, S, D]
}
