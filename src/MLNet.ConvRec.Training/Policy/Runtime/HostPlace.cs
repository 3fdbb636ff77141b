namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>Why numbers leave the device: every reason that there is.</summary>
internal enum HostPlace
{
    /// <summary>The logits of lists' next tokens, of which the host chooses; in a pass once for each node with many children, and once for all others.</summary>
    ChoiceLogits,

    /// <summary>A micro-batch's loss.</summary>
    Loss,

    /// <summary>What a micro-batch's ratios and divergence add up to.</summary>
    UpdateSums,

    /// <summary>The gradient's norm, once a step.</summary>
    GradientNorm,

    /// <summary>The loss of a part of the validation set.</summary>
    ValidationLoss,

    /// <summary>The trained policy, or the best so far.</summary>
    Weights,

    /// <summary>A checkpoint's tensors and random numbers.</summary>
    Checkpoint,
}
