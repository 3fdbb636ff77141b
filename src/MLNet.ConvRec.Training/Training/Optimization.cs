using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training;

/// <summary>AdamW over all that is trained of a network, with clipping; matrices decay, norms and biases don't.</summary>
/// <remarks>Our own, since TorchSharp's makes scalars that nobody holds (<see cref="HeldScalars"/>) and leaves its state to the finaliser.</remarks>
internal sealed class Optimization : IDisposable
{
    private const double Epsilon = 1e-8;
    private const double NormEpsilon = 1e-6; // torch's
    private const long PieceElements = 1 << 22;
    private readonly Parameter[] _parameters;
    private readonly string[] _names;
    private readonly Tensor[] _means, _squares; // m and v, each of its parameter's shape; float32 whatever the parameter is
    private readonly double _beta1, _beta2, _weightDecay, _clip;

    public Optimization(nn.Module network, double beta1, double beta2, double weightDecay, double clip)
        : this(network.named_parameters(), beta1, beta2, weightDecay, clip)
    {
    }

    public Optimization(IEnumerable<(string Name, Parameter Parameter)> trained, double beta1, double beta2, double weightDecay, double clip)
    {
        (_beta1, _beta2, _weightDecay, _clip) = (beta1, beta2, weightDecay, clip);
        (_names, _parameters) = ([.. trained.Select(entry => entry.Name)], [.. trained.Select(entry => entry.Parameter)]);
        _means = Array.ConvertAll(_parameters, Zeros);
        _squares = Array.ConvertAll(_parameters, Zeros);

        // Gradients last as long as the weights: made here they stand together, and not scattered among a step's passing tensors.
        foreach (var parameter in _parameters)
            parameter.grad ??= zeros_like(parameter).DetachFromDisposeScope();

        static Tensor Zeros(Parameter like) => zeros(like.shape, ScalarType.Float32, like.device).DetachFromDisposeScope();
    }

    /// <summary>Steps taken; m and v are corrected by it.</summary>
    public int StepsDone { get; set; }

    /// <summary>m and v of each parameter, by its name.</summary>
    public IEnumerable<(string Name, Tensor Moment)> Moments => _names.SelectMany((name, i) => new[] { ($"{name}.mean", _means[i]), ($"{name}.square", _squares[i]) });

    public void ZeroGradient()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in _parameters)
            parameter.grad?.zero_();
    }

    /// <summary>Clips the gradient, updates the weights, and returns the gradient's norm before clipping.</summary>
    /// <exception cref="NotFiniteException">The norm is no number; neither weights nor moments were changed.</exception>
    public double Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var norm = Clip();
        NotFiniteException.ThrowIfNotFinite("gradient's norm", norm);
        StepsDone++;
        using Scalar step = -learningRate / (1 - Math.Pow(_beta1, StepsDone));
        using Scalar correction = Math.Sqrt(1 - Math.Pow(_beta2, StepsDone));
        using Scalar decay = 1 - learningRate * _weightDecay;
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].grad is not { } gradient)
                continue;
            foreach (var (first, rows) in Pieces(gradient))
            {
                using var piece = NewDisposeScope();
                Tensor Part(Tensor whole) => whole.narrow(0, first, rows);
                Update(Part(_parameters[i]), Part(gradient), Part(_means[i]), Part(_squares[i]));
            }
        }

        return norm;

        void Update(Tensor weight, Tensor gradient, Tensor mean, Tensor square)
        {
            if (weight.dim() > 1)
                weight.mul_(decay);
            mean.mul_(HeldScalars.Of(_beta1)).add_(gradient, HeldScalars.Of(1 - _beta1));                    // m = β₁ m + (1 − β₁) g
            square.mul_(HeldScalars.Of(_beta2)).addcmul_(gradient, gradient, HeldScalars.Of(1 - _beta2));    // v = β₂ v + (1 − β₂) g²
            var deviation = square.sqrt().div_(correction).add_(HeldScalars.Of(Epsilon), HeldScalars.One);   // √v̂ + ε
            weight.addcdiv_(mean, deviation, step);                                                          // w − η m̂ / (√v̂ + ε)
        }
    }

    // Torch's clip_grad_norm_, bit by bit, but that the norm is read where the others see it.
    private double Clip()
    {
        Tensor[] gradients = [.. _parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        var norm = gradients.Length == 1 ? gradients[0].norm() : stack([.. gradients.Select(gradient => gradient.norm())]).norm();
        var factor = ones_like(norm).mul_(HeldScalars.Of(_clip)).div_(norm.add(HeldScalars.Of(NormEpsilon), HeldScalars.One)).clamp_max(HeldScalars.Of(1.0)); // never above 1
        foreach (var gradient in gradients)
            gradient.mul_(factor);
        return HostTransfer.Number(norm, HostPlace.GradientNorm);
    }

    // A large weight is updated some rows at a time, since what lies between (√v̂) would be as large as itself.
    private static IEnumerable<(long First, long Rows)> Pieces(Tensor gradient)
    {
        var (all, rows) = (gradient.shape[0], Math.Max(1, PieceElements * gradient.shape[0] / gradient.NumberOfElements));
        for (var first = 0L; first < all; first += rows)
            yield return (first, Math.Min(rows, all - first));
    }

    public void Dispose()
    {
        foreach (var state in _means.Concat(_squares))
            state.Dispose();
    }
}
