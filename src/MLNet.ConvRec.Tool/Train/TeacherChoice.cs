namespace MLNet.ConvRec.Tool.Train;

/// <summary>Which teacher's lists the demonstrations are made from.</summary>
internal abstract record TeacherChoice
{
    private const string Known = "world, together or recorded:FILE";

    private TeacherChoice()
    {
    }

    /// <summary>Reads <c>--teacher</c>.</summary>
    /// <exception cref="ArgumentException">The teacher is unknown, or not there yet.</exception>
    public static TeacherChoice Parse(string written) => written.Split(':', 2) switch
    {
        ["world"] => new World(),
        ["together"] => new Together(),
        ["recorded", { Length: > 0 } file] => new Recorded(file),
        ["recorded", ..] => throw new ArgumentException(
            "--teacher recorded:FILE needs the file of recorded lists, for example --teacher recorded:lists.jsonl."),
        ["chat", ..] => throw new ArgumentException($"--teacher {written} is not there yet; use {Known}."),
        _ => throw new ArgumentException($"--teacher {written} is unknown; use {Known}."),
    };

    /// <summary>Simulated: knows the world, but not this shop.</summary>
    public sealed record World : TeacherChoice;

    /// <summary>Simulated: ranks by what train names together.</summary>
    public sealed record Together : TeacherChoice;

    /// <summary>Lists that a language model wrote earlier.</summary>
    public sealed record Recorded(string File) : TeacherChoice;
}
