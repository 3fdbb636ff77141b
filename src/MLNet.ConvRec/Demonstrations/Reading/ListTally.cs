namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Counts what becomes of a teacher's lists.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class ListTally
{
    private readonly Lock _lock = new();
    private TeacherListCounts _counts = new(0, 0, 0, 0, 0, 0);

    /// <summary>The counts so far.</summary>
    public TeacherListCounts Counts
    {
        get
        {
            lock (_lock)
                return _counts;
        }
    }

    /// <summary>Counts a list.</summary>
    public void Add(TeacherList list, ReadList read)
    {
        lock (_lock)
        {
            _counts = new TeacherListCounts(
                _counts.Lists + 1,
                _counts.EmptyLists + (list.Raw.Count == 0 ? 1 : 0),
                _counts.NamedLines + read.Lines.Count,
                _counts.LinkedLines + read.LinkedLines,
                _counts.RepeatedLines + read.RepeatedLines,
                _counts.UnreadLines + read.UnreadLines);
        }
    }
}
