using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The number formats' names on the command line.</summary>
internal static class PrecisionName
{
    /// <summary>What can be written.</summary>
    public const string All = "full|mixed|bfloat16";

    /// <summary>Reads <c>--precision</c>.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Precision Parse(string written) => written switch
    {
        "full" => Precision.Full,
        "mixed" => Precision.Mixed,
        "bfloat16" => Precision.BFloat16,
        _ => throw new ArgumentException($"--precision {written} is unknown; the formats are full, mixed and bfloat16."),
    };
}
