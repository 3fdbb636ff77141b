using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>A tensor of a running training as a checkpoint's: read piece by piece where it stands, in its own type.</summary>
internal sealed class LiveTensor(Tensor tensor) : NamedTensor(tensor.shape, TypeOf(tensor))
{
    private const int PieceElements = 1 << 22;

    /// <inheritdoc/>
    public override void ReadBytes(long start, Span<byte> bytes)
    {
        using var scope = NewDisposeScope();
        HostTransfer.Read(Flat(tensor).narrow(0, start, bytes.Length / Type.Size), bytes, HostPlace.Checkpoint);
    }

    /// <inheritdoc/>
    public override void Read(long start, Span<float> values)
    {
        var bytes = new byte[values.Length * Type.Size];
        ReadBytes(start, bytes);
        WeightTypes.Widen(bytes, Type, values);
    }

    /// <summary>Fills a tensor with a checkpoint's of the same shape and type, bit by bit.</summary>
    public static void Fill(Tensor target, NamedTensor values)
    {
        using var scope = NewDisposeScope();
        var flat = Flat(target);
        for (var start = 0L; start < values.Count; start += PieceElements)
        {
            using var piece = NewDisposeScope();
            var (from, part) = (start, flat.narrow(0, start, Math.Min(PieceElements, values.Count - start)));
            HostTransfer.Write(part, part.dtype, bytes => values.ReadBytes(from, bytes));
        }
    }

    private static Tensor Flat(Tensor tensor) => tensor.detach().view(-1);

    private static WeightType TypeOf(Tensor tensor) => tensor.dtype == ScalarType.BFloat16 ? WeightType.BFloat16 : WeightType.Float32;
}
