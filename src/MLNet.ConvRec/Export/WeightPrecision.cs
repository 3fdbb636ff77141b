namespace MLNet.ConvRec.Export;

/// <summary>How exactly an exported graph holds the policy's matrices. It computes in float32 in any case.</summary>
public enum WeightPrecision
{
    /// <summary>Float32, as they were trained: 4 bytes a weight.</summary>
    Full,

    /// <summary>Float16, the embedding too: 2 bytes a weight in the file; the host widens them when it loads the file.</summary>
    Half,

    /// <summary>
    /// Whole numbers of 8 bits with a scale for each 32 of them, by ONNX Runtime's own operator MatMulNBits; embedding and output head stay
    /// float32.
    /// </summary>
    EightBit,

    /// <summary>As <see cref="EightBit"/>, with 4 bits.</summary>
    FourBit,
}
