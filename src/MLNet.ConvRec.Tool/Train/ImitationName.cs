using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The names, on the command line, of what is imitated.</summary>
internal static class ImitationName
{
    public const string List = "list";
    public const string Soft = "soft";
    public const string SoftLines = "soft-lines";

    /// <summary>What can be written.</summary>
    public const string All = $"{List}|{Soft}|{SoftLines}";

    /// <summary>Reads <c>--imitate</c>; nothing written is <see langword="null"/>.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static ImitationTarget? Parse(string written) => written switch
    {
        "" => null,
        List => ImitationTarget.List,
        Soft => ImitationTarget.FirstLine,
        SoftLines => ImitationTarget.Lines,
        _ => throw new ArgumentException($"--imitate {written} is unknown; choose {List}, {Soft} or {SoftLines}."),
    };
}
