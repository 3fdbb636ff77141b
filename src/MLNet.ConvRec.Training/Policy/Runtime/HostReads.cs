namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>How often the host read from the device, and how much, by place.</summary>
/// <param name="stop">Ends the counting.</param>
internal sealed class HostReads(Action stop) : IDisposable
{
    private readonly Dictionary<HostPlace, (int Count, long Bytes)> _reads = [];

    /// <summary>How often.</summary>
    public int Count(HostPlace place) => _reads.GetValueOrDefault(place).Count;

    /// <summary>How much.</summary>
    public long Bytes(HostPlace place) => _reads.GetValueOrDefault(place).Bytes;

    /// <summary>Where the host read at all.</summary>
    public IEnumerable<HostPlace> Places => _reads.Keys.Order();

    /// <summary>Counts one.</summary>
    public void Add(HostPlace place, long bytes)
    {
        var (count, before) = _reads.GetValueOrDefault(place);
        _reads[place] = (count + 1, before + bytes);
    }

    public void Dispose() => stop();
}
