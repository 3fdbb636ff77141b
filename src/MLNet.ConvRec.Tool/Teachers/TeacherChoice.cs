namespace MLNet.ConvRec.Tool.Teachers;

/// <summary>Which teacher's lists the demonstrations are made from.</summary>
internal abstract record TeacherChoice
{
    private const string Known = "world, together, recorded:FILE or chat:NAME";

    private TeacherChoice()
    {
    }

    /// <summary>Reads <c>--teacher</c> or another option that names one.</summary>
    /// <exception cref="ArgumentException">The teacher is unknown.</exception>
    public static TeacherChoice Parse(string option, string written) => written.Split(':', 2) switch
    {
        ["world"] => new World(),
        ["together"] => new Together(),
        ["recorded", { Length: > 0 } file] => new Recorded(file),
        ["recorded", ..] => throw new ArgumentException(
            $"{option} recorded:FILE needs the file of recorded lists, for example {option} recorded:lists.jsonl."),
        ["chat", { Length: > 0 } model] => new Chat(model),
        ["chat", ..] => throw new ArgumentException($"{option} chat:NAME needs the model's name, for example {option} chat:gpt-4o."),
        _ => throw new ArgumentException($"{option} {written} is unknown; use {Known}."),
    };

    /// <summary>Simulated: knows the world, but not this shop.</summary>
    public sealed record World : TeacherChoice;

    /// <summary>Simulated: ranks by what train names together.</summary>
    public sealed record Together : TeacherChoice;

    /// <summary>Lists that a language model wrote earlier.</summary>
    public sealed record Recorded(string File) : TeacherChoice;

    /// <summary>A language model that is asked now.</summary>
    public sealed record Chat(string Model) : TeacherChoice;
}
