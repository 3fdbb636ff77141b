namespace MLNet.ConvRec.Export;

/// <summary>Names and sizes of precisions.</summary>
internal static class WeightPrecisionNames
{
    extension(WeightPrecision precision)
    {
        /// <summary>The name on the command line and in files.</summary>
        public string Name => precision switch
        {
            WeightPrecision.Full => "fp32",
            WeightPrecision.Half => "fp16",
            WeightPrecision.EightBit => "int8",
            WeightPrecision.FourBit => "int4",
            _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Choose Full, Half, EightBit or FourBit."),
        };

        /// <summary>The bits of a quantized weight; <see langword="null"/>: weights are not quantized.</summary>
        public int? QuantizedBits => precision switch
        {
            WeightPrecision.EightBit => 8,
            WeightPrecision.FourBit => 4,
            _ => null,
        };
    }
}
