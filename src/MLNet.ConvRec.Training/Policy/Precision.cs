namespace MLNet.ConvRec.Policy;

/// <summary>The number formats of a network. Norms, rotary positions, attention, softmax, the residual stream and what adds up over a batch are float32 in all of them.</summary>
public enum Precision
{
    /// <summary>Weights and matrix products in float32.</summary>
    Full,

    /// <summary>Weights and their gradients in float32, matrix products in bfloat16: for training on processors and GPUs that multiply bfloat16 faster.</summary>
    Mixed,

    /// <summary>
    /// Weights and matrix products in bfloat16: half the memory. For generation; in training an update below 1/256 of a weight is rounded away, which at the
    /// usual learning rates is most of them.
    /// </summary>
    BFloat16,
}
