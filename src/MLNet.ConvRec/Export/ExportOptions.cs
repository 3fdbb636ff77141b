using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>How a recommender is exported.</summary>
public sealed record ExportOptions
{
    /// <summary>How exactly the weights are held. The default is <see cref="WeightPrecision.Full"/>.</summary>
    public WeightPrecision Precision { get; init; } = WeightPrecision.Full;

    /// <summary>How <c>recommender.onnx</c> writes a list. The default is <see cref="ListDecoding.Lines"/>, the paper's.</summary>
    public ListDecoding Decoding { get; init; } = ListDecoding.Lines;

    /// <summary>
    /// The <c>metrics.json</c> of an evaluation, for the model card. The default is <see langword="null"/>: the card says that nothing was
    /// measured.
    /// </summary>
    public string? MetricsFile { get; init; }

    /// <summary>
    /// Whether <c>recommender.onnx</c> is left out: it must be one file of less than 2 GiB, where the decoder in <c>onnx/</c> may have a
    /// second one. The default is <see langword="false"/>.
    /// </summary>
    public bool IsDecoderOnly { get; init; }

    /// <summary>The most bytes of weights in one file; tests lower it.</summary>
    internal long? MaximumFileBytes { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is none of its choices; the sentence names it.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Precision))
            throw new ArgumentException($"ExportOptions.Precision is {Precision}; choose Full, Half, EightBit or FourBit.");
        if (!Enum.IsDefined(Decoding))
            throw new ArgumentException($"ExportOptions.Decoding is {Decoding}; choose Lines, First or Joined.");
    }
}
