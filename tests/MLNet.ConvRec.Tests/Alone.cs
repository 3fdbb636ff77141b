namespace MLNet.ConvRec.Tests;

/// <summary>Tests that run while no other does, because they measure what all share: the heap or the clock.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
