namespace MLNet.ConvRec.Training.Tests;

/// <summary>Tests that run one at a time: live tensors are counted for the whole process, and libtorch takes every core.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
