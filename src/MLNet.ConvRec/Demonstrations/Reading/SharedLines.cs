using System.Collections.Concurrent;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Keeps one line for all that name the same, since train's lists hold the same few thousand items over and over.</summary>
/// <remarks>What is left out, the year and how the title was written, no fit asks for. Safe for use from several threads.</remarks>
internal sealed class SharedLines
{
    private readonly ConcurrentDictionary<int, TeacherLine> _items = new();
    private readonly ConcurrentDictionary<string, TeacherLine> _names = new(StringComparer.Ordinal);

    /// <summary>Returns the lines in their order, each the first that named the same.</summary>
    public TeacherLine[] Of(IReadOnlyList<TeacherLine> lines) => [.. lines.Select(Of)];

    private TeacherLine Of(TeacherLine line) => line.Item is { } item ? _items.GetOrAdd(item, line) : _names.GetOrAdd(line.Name, line);
}
