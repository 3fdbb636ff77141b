using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy;

/// <summary>A context in which a block can be run twice, with the same result: all tensors that come from outside the block or are kept beyond it pass through its hands.</summary>
internal interface IRecomputableContext : IAttentionContext
{
    /// <summary>The tensors from outside the pass that a layer reads.</summary>
    Tensor[] Inputs(int layer);

    /// <summary>Returns the context of one more run of a layer, around <paramref name="inputs"/>, and what that run leaves beside its result.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What <see cref="Inputs"/> gave, or copies.</param>
    /// <param name="scope">Takes what is left.</param>
    (IAttentionContext Context, Func<Tensor[]> Outputs) Again(int layer, Tensor[] inputs, DisposeScope scope);

    /// <summary>Takes what a layer's run left, joined to the graph of gradients.</summary>
    void Keep(int layer, Tensor[] outputs);
}

/// <summary>A block whose activations are not kept for the way back but computed again (gradient checkpointing); gradients are bitwise those of the plain block.</summary>
internal sealed class RecomputedBlock : autograd.MultiTensorFunction<RecomputedBlock>
{
    private const string Run = nameof(Run);
    private const int Leading = 4; // arguments before the context's: run, x, cosine, sine

    private sealed record Layer(Block Block, IRecomputableContext Context, int Index);

    public override string Name => nameof(RecomputedBlock);

    public static Tensor Forward(Block block, Tensor x, (Tensor Cosine, Tensor Sine) rotary, IRecomputableContext context, int layer)
    {
        var outputs = apply([new Layer(block, context, layer), x, rotary.Cosine, rotary.Sine, .. context.Inputs(layer)]);
        context.Keep(layer, [.. outputs[1..]]);
        return outputs[0];
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var layer = (Layer)vars[0];
        Tensor[] tensors = [.. vars.Skip(1).Cast<Tensor>()];
        ctx.save_data(Run, layer);
        ctx.save_for_backward([.. tensors]);
        return [.. Outputs(layer, tensors, scope).Select(output => output.MoveToOuterDisposeScope())];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = NewDisposeScope();
        using var gradient = enable_grad();
        Tensor[] tensors = [.. ctx.get_saved_variables().Select(saved => saved.requires_grad ? saved.detach().requires_grad_(true) : saved)];
        autograd.backward(Outputs((Layer)ctx.get_data(Run), tensors, scope), grad_outputs);
        return [null!, .. tensors.Select(tensor => tensor.requires_grad ? tensor.grad!.MoveToOuterDisposeScope() : null!)];
    }

    private static List<Tensor> Outputs(Layer layer, Tensor[] tensors, DisposeScope scope)
    {
        var (context, left) = layer.Context.Again(layer.Index, tensors[(Leading - 1)..], scope);
        return [layer.Block.Forward(tensors[0], (tensors[1], tensors[2]), context, layer.Index), .. left()];
    }
}
