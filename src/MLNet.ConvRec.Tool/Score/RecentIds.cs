using System.Security.Cryptography;
using System.Text;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>The ids read last, so that one that stands twice near by is found in memory that does not grow with the input.</summary>
/// <param name="capacity">How many are known.</param>
internal sealed class RecentIds(int capacity)
{
    private readonly HashSet<UInt128> _known = new(capacity + 1); // at once, so that memory is the same from the first dialogue on
    private readonly Queue<UInt128> _order = new(capacity + 1);

    /// <summary>Adds an id and lets go of the oldest; <see langword="false"/> if it is known.</summary>
    public bool Add(string id)
    {
        var fingerprint = Fingerprint(id);
        if (!_known.Add(fingerprint))
            return false;
        _order.Enqueue(fingerprint);
        if (_order.Count > capacity)
            _known.Remove(_order.Dequeue());
        return true;
    }

    // 16 bytes an id, however long.
    private static UInt128 Fingerprint(string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8));
    }
}
