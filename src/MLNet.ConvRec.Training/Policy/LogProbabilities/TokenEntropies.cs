using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.LogProbabilities;

/// <summary>How undecided the policy is, computed and differentiated block by block as <see cref="TokenLogProbabilities"/> are.</summary>
/// <remarks>The head is applied anew, so that it costs nothing where nobody asks.</remarks>
internal static class TokenEntropies
{
    /// <summary>Returns −Σ p log p over each choice's allowed tokens, in nats, [choices], float32.</summary>
    /// <param name="network">The policy, whose head is applied; gradients flow into it and into <paramref name="hidden"/> where the caller has them enabled.</param>
    /// <param name="hidden">Hidden states [rows, H].</param>
    /// <param name="choices">What is asked for, at least one; their tokens don't matter.</param>
    /// <param name="temperature">What logits are divided by.</param>
    public static Tensor Of(Transformer network, Tensor hidden, IReadOnlyList<TokenChoice> choices, double temperature)
    {
        using var scope = NewDisposeScope();
        var states = hidden.Rows(tensor(choices.Select(choice => choice.Row).ToArray(), device: hidden.device)); // [choices, H]
        var pass = new HeadPass(HeadBlocks.Of(choices, network.Config.VocabularySize), network.Format, temperature);
        if (is_grad_enabled())
            return Entropy.apply(pass, states, network.HeadWeight).MoveToOuterDisposeScope();
        return pass.Entropies(states, network.HeadWeight, pass.Forward(states, network.HeadWeight, isDifferentiated: false).Totals).MoveToOuterDisposeScope();
    }

    /// <summary>The head with its entropy as one differentiable operation.</summary>
    private sealed class Entropy : autograd.SingleTensorFunction<Entropy>
    {
        private const string Pass = nameof(Pass);

        public override string Name => nameof(Entropy);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (pass, states, weight) = ((HeadPass)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            var totals = pass.Forward(states, weight, isDifferentiated: false).Totals;
            var entropies = pass.Entropies(states, weight, totals);
            ctx.save_data(Pass, pass);
            ctx.save_for_backward([states, weight, totals, entropies]);
            return entropies;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            Tensor[] saved = [.. ctx.get_saved_variables()];
            var (pass, weight) = ((HeadPass)ctx.get_data(Pass), saved[1]);
            var ofStates = pass.EntropyBackward(saved[0], weight, saved[2], saved[3], grad_output, WeightGradient.Of(weight));
            return [null!, ofStates.MoveToOuterDisposeScope(), null!];
        }
    }
}
