namespace MLNet.ConvRec.Export.Folder;

/// <summary>The decoder's file, under the name by which transformers.js looks for a precision: its option <c>dtype</c> chooses the file.</summary>
internal static class DecoderFile
{
    private const string DataSuffix = "_data";

    /// <summary>Every name that an export may have given, with the second files of large decoders.</summary>
    public static IEnumerable<string> All =>
        Enum.GetValues<WeightPrecision>().Select(Of).SelectMany(IEnumerable<string> (file) => [file, file + DataSuffix]);

    /// <summary>The file's name in the folder, with <c>/</c>.</summary>
    public static string Of(WeightPrecision precision) => precision switch
    {
        WeightPrecision.Full => "onnx/model.onnx",
        WeightPrecision.Half => "onnx/model_fp16.onnx",
        WeightPrecision.EightBit => "onnx/model_quantized.onnx",
        WeightPrecision.FourBit => "onnx/model_q4.onnx",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Choose Full, Half, EightBit or FourBit."),
    };

    /// <summary>The option <c>dtype</c> by which transformers.js finds the file.</summary>
    public static string DtypeOf(WeightPrecision precision) => precision switch
    {
        WeightPrecision.EightBit => "q8",
        WeightPrecision.FourBit => "q4",
        _ => precision.Name,
    };
}
