using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Runtime;

/// <summary>Fills memory of the host.</summary>
internal delegate void HostBytes(Span<byte> bytes);

/// <summary>The one way of numbers between a tensor and the host: whoever reads one makes a card wait, so each reading says why.</summary>
/// <remarks>A test reads the compiled code for those that go another way.</remarks>
internal static class HostTransfer
{
    private static readonly AsyncLocal<HostReads?> Counted = new();

    /// <summary>Counts what is read in this flow of execution until the returned object is disposed.</summary>
    /// <remarks>Meanwhile tensors of the device <c>meta</c>, which have no numbers, read as zeros; otherwise reading one throws.</remarks>
    public static HostReads Count() => Counted.Value = new HostReads(() => Counted.Value = null);

    /// <summary>Reads a scalar of any float type.</summary>
    public static float Number(Tensor value, HostPlace place)
    {
        Span<float> number = [0];
        Read(value, number, place);
        return number[0];
    }

    /// <summary>Reads a tensor of any float type.</summary>
    public static void Read(Tensor values, Span<float> numbers, HostPlace place)
    {
        using var scope = NewDisposeScope();
        Read(values.to(ScalarType.Float32), MemoryMarshal.AsBytes(numbers), place);
    }

    /// <summary>Reads a tensor's own bytes.</summary>
    public static void Read(Tensor values, Span<byte> bytes, HostPlace place)
    {
        Counted.Value?.Add(place, bytes.Length);
        if (Counted.Value is not null && MetaKernels.Has(values))
        {
            bytes.Clear();
            return;
        }

        using var scope = NewDisposeScope();
        values.to(CPU).contiguous().bytes.CopyTo(bytes);
    }

    /// <summary>Fills a contiguous tensor: in place where it is the host's and of the type, else by way of one that is.</summary>
    /// <param name="target">What to fill.</param>
    /// <param name="type">The type of what <paramref name="fill"/> writes.</param>
    /// <param name="fill">Writes all elements.</param>
    public static void Write(Tensor target, ScalarType type, HostBytes fill)
    {
        if (target.device_type == DeviceType.CPU && target.dtype == type)
        {
            fill(target.bytes);
            return;
        }

        using var staged = empty(target.shape, type, CPU);
        fill(staged.bytes);
        target.copy_(staged);
    }
}
