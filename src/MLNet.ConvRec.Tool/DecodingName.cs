using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tool;

/// <summary>The names, on the command line, of the ways in which lists are written.</summary>
internal static class DecodingName
{
    /// <summary>What can be written.</summary>
    public const string All = "lines|first|joined";

    /// <summary>Reads <c>--decoding</c>.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static ListDecoding Parse(string written) => written switch
    {
        "lines" => ListDecoding.Lines,
        "first" => ListDecoding.First,
        "joined" => ListDecoding.Joined,
        _ => throw new ArgumentException($"--decoding {written} is unknown; choose lines, first or joined."),
    };
}
