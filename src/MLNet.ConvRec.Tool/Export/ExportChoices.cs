using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Tool.Export;

/// <summary>The names of precisions on the command line.</summary>
internal static class ExportChoices
{
    public const string Precisions = "fp32|fp16|int8|int4";

    /// <summary>Reads <c>--precision</c>.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static WeightPrecision Precision(string written) => written switch
    {
        "fp32" => WeightPrecision.Full,
        "fp16" => WeightPrecision.Half,
        "int8" => WeightPrecision.EightBit,
        "int4" => WeightPrecision.FourBit,
        _ => throw new ArgumentException($"--precision {written} is unknown; choose fp32, fp16, int8 or int4."),
    };
}
