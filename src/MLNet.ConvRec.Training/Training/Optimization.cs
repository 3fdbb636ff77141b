using MLNet.ConvRec.Policy;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Transformer = MLNet.ConvRec.Policy.Transformer;

namespace MLNet.ConvRec.Training;

/// <summary>AdamW over all of a network's weights, with clipping; matrices decay, norms and biases don't.</summary>
internal sealed class Optimization : IDisposable
{
    private readonly AdamW _optimizer;
    private readonly Parameter[] _parameters;
    private readonly double _clip;

    public Optimization(Transformer network, double beta1, double beta2, double weightDecay, double clip)
    {
        _parameters = [.. network.parameters()];
        _clip = clip;
        var decayed = new AdamW.ParamGroup(_parameters.Where(parameter => parameter.dim() > 1), new AdamW.Options { weight_decay = weightDecay });
        var others = new AdamW.ParamGroup(_parameters.Where(parameter => parameter.dim() <= 1), new AdamW.Options { weight_decay = 0 });
        _optimizer = optim.AdamW([decayed, others], lr: 1, beta1, beta2, weight_decay: weightDecay);
    }

    public void ZeroGradient() => _optimizer.zero_grad();

    /// <summary>Clips the gradient, updates the weights, and returns the gradient's norm before clipping.</summary>
    public double Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        var norm = nn.utils.clip_grad_norm_(_parameters, _clip);
        foreach (var group in _optimizer.ParamGroups)
            group.LearningRate = learningRate;
        _optimizer.step();
        return norm;
    }

    public void Dispose() => _optimizer.Dispose();
}
