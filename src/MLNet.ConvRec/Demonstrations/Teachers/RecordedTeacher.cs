using System.Text.Json;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Plays back lists that a language model wrote earlier.</summary>
/// <remarks>A dialogue without a recorded list gets an empty one and is counted. Safe for use from several threads.</remarks>
public sealed class RecordedTeacher : ITeacher
{
    private readonly Dictionary<string, TeacherList> _lists;
    private int _missing;

    private RecordedTeacher(Dictionary<string, TeacherList> lists, string name)
    {
        _lists = lists;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsSimulated => false;

    /// <summary>How many lists were asked for that are not recorded.</summary>
    public int MissingCount => _missing;

    /// <summary>Loads lists from a JSONL file, plain or gzip: <c>{"id","model","raw":[lines as written]}</c> a line.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is malformed, or there is none; the sentence names file and line.</exception>
    public static RecordedTeacher Load(string path)
    {
        var lists = JsonLines.Read(path, Parse).ToArray();
        return lists.Length > 0
            ? From(lists)
            : throw new InvalidDataException(
                $"{path}: no list; record at least one line like {{\"id\":…,\"model\":…,\"raw\":[…]}}.");
    }

    /// <summary>Makes a teacher of lists; of several for one dialogue the last counts.</summary>
    /// <param name="lists">The lists.</param>
    public static RecordedTeacher From(IEnumerable<TeacherList> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        var byId = new Dictionary<string, TeacherList>(StringComparer.Ordinal);
        foreach (var list in lists)
            byId[list.Id] = list;
        var models = byId.Values.Select(list => list.Model).Distinct().Order(StringComparer.Ordinal);
        return new RecordedTeacher(byId, string.Join(" + ", models));
    }

    /// <inheritdoc/>
    public ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        if (_lists.TryGetValue(dialogue.Id, out var list))
            return ValueTask.FromResult(list);
        Interlocked.Increment(ref _missing);
        return ValueTask.FromResult(new TeacherList(dialogue.Id, Name, []));
    }

    private static TeacherList Parse(JsonElement line) => new(line.NonBlankText("id"), line.Text("model"), line.Texts("raw"));
}
