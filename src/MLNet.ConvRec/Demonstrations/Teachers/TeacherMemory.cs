using System.Collections.Concurrent;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Teachers;

/// <summary>Asks a teacher about each dialogue once and remembers the list.</summary>
internal sealed class TeacherMemory(ITeacher teacher) : ITeacher
{
    private readonly ConcurrentDictionary<string, TeacherList> _lists = new(StringComparer.Ordinal);

    public string Name => teacher.Name;

    public bool IsSimulated => teacher.IsSimulated;

    /// <inheritdoc/>
    /// <remarks>Two that ask about the same dialogue at the same time may both reach the teacher; the first answer stays.</remarks>
    public async ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken) =>
        _lists.TryGetValue(dialogue.Id, out var known)
            ? known
            : _lists.GetOrAdd(dialogue.Id, await teacher.RecommendAsync(dialogue, cancellationToken).ConfigureAwait(false));
}
