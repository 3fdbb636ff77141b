using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>The shape of Qwen2.5-0.5B, 494 million weights.</summary>
internal static class HalfBillion
{
    public static PolicyConfig Shape { get; } = new()
    {
        HiddenSize = 896,
        LayerCount = 24,
        HeadCount = 14,
        KeyValueHeadCount = 2,
        IntermediateSize = 4864,
        VocabularySize = 151_936,
        MaxPositions = 32_768,
        RopeTheta = 1_000_000,
        EndOfTurnTokenId = 1,
        WeightType = "bfloat16",
    };
}
