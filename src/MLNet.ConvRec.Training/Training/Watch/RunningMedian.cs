namespace MLNet.ConvRec.Training.Watch;

/// <summary>The median of all values so far.</summary>
internal sealed class RunningMedian
{
    private readonly List<double> _sorted = [];

    public int Count => _sorted.Count;

    /// <summary>The middle value, the lower of two; 0 of none.</summary>
    public double Value => Count == 0 ? 0 : _sorted[(Count - 1) / 2];

    public void Add(double value)
    {
        var place = _sorted.BinarySearch(value);
        _sorted.Insert(place < 0 ? ~place : place, value);
    }
}
