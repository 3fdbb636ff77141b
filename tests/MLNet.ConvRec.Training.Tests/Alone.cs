using TorchSharp;

namespace MLNet.ConvRec.Training.Tests;

/// <summary>Tests that run one at a time: live tensors are counted for the whole process, and libtorch takes every core.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>Counts the live tensors when those that earlier tests left to the finaliser are gone, so that the count can only rise from here.</summary>
    public static long LiveTensors()
    {
        for (var pass = 0; pass < 2; pass++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return torch.Tensor.TotalCount;
    }
}
