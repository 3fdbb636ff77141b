namespace MLNet.ConvRec.Scoring;

/// <summary>How <see cref="RecommenderModel"/> scores in batches.</summary>
public sealed record RecommenderOptions
{
    /// <summary>How many dialogues are written at the same time in one run of the graph, at most. The default is 16: on a CPU a larger one
    /// leaves the cache, on a GPU it pays.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// How many runs go on at the same time, each on one core; 0, the default: one for each of the machine's cores. On a GPU one is enough.
    /// </summary>
    public int Concurrency { get; init; }

    /// <summary>
    /// The length of a list: the first so many of the model's N items, 1 to N; <see langword="null"/>, the default: all N.
    /// </summary>
    public int? ListLength { get; init; }

    /// <summary>
    /// The GPU to score on; <see langword="null"/>, the default: what <c>MLContext.GpuDeviceId</c> says, which is the CPU where it says nothing.
    /// A GPU that can't be used is an error, or a warning on the context's log where <c>MLContext.FallbackToCpu</c> is set.
    /// </summary>
    public int? GpuDeviceId { get; init; }

    /// <summary>Stops the scoring between two batches.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        if (BatchSize < 1)
            throw new ArgumentException($"RecommenderOptions.BatchSize is {BatchSize}; a batch has at least 1 dialogue.");
        if (Concurrency < 0)
            throw new ArgumentException($"RecommenderOptions.Concurrency is {Concurrency}; it must be 1 or more, or 0 for one run a core.");
        if (ListLength < 1)
            throw new ArgumentException($"RecommenderOptions.ListLength is {ListLength}; a list has at least 1 item.");
        if (GpuDeviceId < 0)
            throw new ArgumentException($"RecommenderOptions.GpuDeviceId is {GpuDeviceId}; GPUs are numbered from 0.");
    }

    // Prompts sorted by length among so many batches are padded little.
    private const int BatchesInWindow = 16;

    /// <summary>
    /// How many dialogues are sorted by length and cut into batches together: 16 times <see cref="BatchSize"/>. Two runs that begin at
    /// multiples of it give the same bytes where they overlap.
    /// </summary>
    public int WindowSize => BatchSize * BatchesInWindow;

    /// <summary>How many runs go on at the same time.</summary>
    internal int Runs => Concurrency > 0 ? Concurrency : Environment.ProcessorCount;
}
