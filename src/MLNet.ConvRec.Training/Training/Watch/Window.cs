namespace MLNet.ConvRec.Training.Watch;

/// <summary>The last few values of a series.</summary>
internal sealed class Window(int length)
{
    private readonly Queue<double> _values = new();

    public bool IsFull => _values.Count == length;

    public double Mean => _values.Average();

    public double Least => _values.Min();

    public void Add(double value)
    {
        if (IsFull)
            _values.Dequeue();
        _values.Enqueue(value);
    }
}
