using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

/// <summary>A tensor whose file is gone.</summary>
internal sealed class UnreadableTensor() : NamedTensor([1], WeightType.Float32)
{
    public override void ReadBytes(long start, Span<byte> bytes) => throw new IOException("The disk is gone.");

    public override void Read(long start, Span<float> values) => throw new IOException("The disk is gone.");
}
