using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The new tokens of ragged sequences, packed one after the other into one row of n tokens.</summary>
internal sealed class PackedPass
{
    private readonly long[] _places, _positions; // of each token
    private readonly int _width;
    private readonly Tensor? _padded, _packed;
    private readonly Device _device;
    private readonly DisposeScope _scope;
    private Tensor? _slots;

    /// <summary>Packs tokens.</summary>
    /// <param name="counts">How many new tokens each sequence has, at least 1.</param>
    /// <param name="lengths">How many tokens each sequence had before.</param>
    /// <param name="group">Query heads that share a key head.</param>
    /// <param name="type">The type of the scores.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="scope">The pass's dispose scope, which is to be the current one.</param>
    public PackedPass(int[] counts, int[] lengths, int group, ScalarType type, Device device, DisposeScope scope)
    {
        _scope = scope;
        (_device, Sequences, _width) = (device, counts.Length, counts.Max());
        var total = counts.Sum();
        (_places, _positions) = (new long[total], new long[total]);
        var (padded, packed) = (new long[Sequences * _width], new long[total]);
        var last = new long[Sequences * _width]; // the last slot that each padded token sees
        var token = 0;
        for (var sequence = 0; sequence < Sequences; sequence++)
        {
            Visible = Math.Max(Visible, lengths[sequence] + counts[sequence]);
            for (var t = 0; t < _width; t++)
            {
                // Padding repeats the sequence's last token; its result is not read.
                var (at, within) = ((sequence * _width) + t, Math.Min(t, counts[sequence] - 1));
                (padded[at], last[at]) = (token + within, lengths[sequence] + within);
                if (t < counts[sequence])
                    packed[token + t] = at;
            }

            for (var t = 0; t < counts[sequence]; t++)
                (_places[token + t], _positions[token + t]) = (sequence, lengths[sequence] + t);
            token += counts[sequence];
        }

        if (total < padded.Length)
            (_padded, _packed) = (tensor(padded, device: device), tensor(packed, device: device));
        Positions = tensor(_positions, 1, total, device: device);
        Mask = AdditiveMask(last, group, type);
    }

    /// <summary>B.</summary>
    public long Sequences { get; }

    /// <summary>S: how many slots the longest sequence has with its new tokens.</summary>
    public long Visible { get; }

    /// <summary>Each token's place in its sequence, long [1, n].</summary>
    public Tensor Positions { get; }

    /// <summary>0 where a token sees, −∞ where it doesn't, [B, 1, group·T, S].</summary>
    public Tensor Mask { get; }

    /// <summary>Where each token goes in a cache of so many slots a sequence, long [n].</summary>
    public Tensor Slots(long capacity)
    {
        if (_slots is not null)
            return _slots;
        var slots = new long[_places.Length];
        for (var token = 0; token < slots.Length; token++)
            slots[token] = (_places[token] * capacity) + _positions[token];
        return _slots = tensor(slots, device: _device).MoveToOtherDisposeScope(_scope);
    }

    /// <summary>Unpacks queries [1, heads, n, D], lets them attend as [B, heads, T, D], and packs the result.</summary>
    public Tensor Attend(Tensor queries, Func<Tensor, Tensor> attention)
    {
        using var scope = NewDisposeScope();
        long heads = queries.shape[1], d = queries.shape[3];
        var rows = queries.squeeze(0).transpose(0, 1);                                                        // [n, heads, D]
        var padded = _padded is null ? rows : rows.Rows(_padded);                                  // [B·T, heads, D]
        var attended = attention(padded.view(Sequences, _width, heads, d).transpose(1, 2));                   // [B, heads, T, D]
        var unpadded = attended.transpose(1, 2).reshape(Sequences * _width, heads, d);
        return (_packed is null ? unpadded : unpadded.Rows(_packed)).transpose(0, 1).unsqueeze(0).MoveToOuterDisposeScope(); // [1, heads, n, D]
    }

    private Tensor AdditiveMask(long[] last, int group, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var sees = tensor(last, Sequences, 1, _width, 1, device: _device);                                    // [B, 1, T, 1]
        var hidden = HeldScalars.Range(Visible, _device).view(1, 1, 1, Visible).gt(sees);                     // [B, 1, T, S]
        return zeros(hidden.shape, type, _device).masked_fill(hidden, HeldScalars.Of(double.NegativeInfinity)).repeat(1, 1, group, 1).MoveToOuterDisposeScope();
    }
}
