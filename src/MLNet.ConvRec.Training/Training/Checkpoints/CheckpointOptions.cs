namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>Options of checkpoints: with them a training that is stopped, killed, or loses power goes on from the newest complete checkpoint of its folder.</summary>
/// <remarks>
/// A stage resumed from a checkpoint ends with the same bytes as one never stopped, on the same machine with the same number of threads and without a time
/// budget. A checkpoint holds the weights, the optimizer's moments, the best weights of validation, the random state and the step, from which the place in
/// the data and a step's rollouts follow; it is made between steps, after the last of μ updates. Each stage wants a folder of its own.
/// </remarks>
public sealed record CheckpointOptions
{
    /// <summary>The folder that holds the checkpoints, <c>step-1</c>, <c>step-2</c> and so on; made if it is not there. A run begins with the newest complete one.</summary>
    public required string Folder { get; init; }

    /// <summary>Steps between two checkpoints. The default is 50. The last step, and the step at which a training is cancelled, have one in any case.</summary>
    public int Interval { get; init; } = 50;

    /// <summary>Checkpoints kept, the newest ones. The default is 3. Each holds the best weights so far, so that these are never lost.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>
    /// Whether a checkpoint of other data, options, catalog, seed or first weights may be gone on from. The default is <see langword="false"/>: the training
    /// is refused with what differs. Another stage's checkpoint, or one of other
    /// adapters, is refused in any case.
    /// </summary>
    public bool IsOtherRunAllowed { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it and its range.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Folder))
            throw new ArgumentException($"{nameof(CheckpointOptions)}.{nameof(Folder)} is empty; name a folder.");
        OptionCheck.AtLeast(Interval, 1, nameof(CheckpointOptions), nameof(Interval));
        OptionCheck.AtLeast(Keep, 1, nameof(CheckpointOptions), nameof(Keep));
    }
}
