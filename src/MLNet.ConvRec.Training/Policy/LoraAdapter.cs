using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy;

/// <summary>What a linear layer learns while its weight stands still: y = W x + (α / r) B A x (Hu et al. 2021). r: rank.</summary>
/// <remarks>A and B are float32 whatever the weight is, so that bfloat16 rounds no update away.</remarks>
internal sealed class LoraAdapter : IDisposable
{
    private readonly LoraAdapters _owner;
    private readonly Scalar _scale; // α / r

    public LoraAdapter(LoraAdapters owner, Parameter weight, int rank, double scale, Generator generator)
    {
        var bound = 1 / Math.Sqrt(weight.shape[1]); // Kaiming-uniform with a = √5, as PEFT begins
        _owner = owner;
        _scale = scale;
        using var random = empty([rank, weight.shape[1]], ScalarType.Float32, CPU).uniform_(-bound, bound, generator);
        Down = new Parameter(random.to(weight.device, copy: true));
        Up = new Parameter(zeros([weight.shape[0], rank], ScalarType.Float32, weight.device));
        Down.DetachFromDisposeScope();
        Up.DetachFromDisposeScope();
    }

    /// <summary>A, [r, in].</summary>
    public Parameter Down { get; }

    /// <summary>B, [out, r].</summary>
    public Parameter Up { get; }

    public bool IsOn => _owner.AreOn;

    /// <summary>Returns W x + (α / r) B A x, [.., out], float32, of W x and x.</summary>
    public Tensor Add(Tensor own, Tensor x, NumberFormat format)
    {
        using var scope = NewDisposeScope();
        return own.add(format.Product(format.Product(x, Down), Up), _scale).MoveToOuterDisposeScope();
    }

    /// <summary>Returns W + (α / r) B A, [out, in], float32.</summary>
    public Tensor Merged(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Up.mm(Down).mul_(_scale).add_(weight, HeldScalars.One).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var matrix in new[] { Down, Up })
        {
            matrix.grad?.Dispose();
            matrix.Dispose();
        }

        _scale.Dispose();
    }
}
