using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.LogProbabilities;

/// <summary>Log-probabilities of tokens, computed and differentiated block by block: memory for a block of logits, whatever the batch and the vocabulary.</summary>
/// <remarks>Forward adds up each choice's log-sum-exp over its blocks; backward makes each block's logits again where keeping them would cost memory.</remarks>
internal static class TokenLogProbabilities
{
    /// <summary>Returns the log-probability of each choice's token among those allowed, or the mean of its tokens' by their shares, [choices], float32.</summary>
    /// <param name="network">The policy, whose head is applied; gradients flow into it and into <paramref name="hidden"/> where the caller has them enabled.</param>
    /// <param name="hidden">Hidden states [rows, H].</param>
    /// <param name="choices">What is asked for.</param>
    /// <param name="temperature">What logits are divided by.</param>
    public static Tensor Of(Transformer network, Tensor hidden, IReadOnlyList<TokenChoice> choices, double temperature)
    {
        using var scope = NewDisposeScope();
        var states = hidden.Rows(tensor(choices.Select(choice => choice.Row).ToArray(), device: hidden.device)); // [choices, H]
        var pass = new HeadPass(HeadBlocks.Of(choices, network.Config.VocabularySize), network.Format, temperature);
        return (is_grad_enabled() ? Head.apply(pass, states, network.HeadWeight) : pass.Forward(states, network.HeadWeight, isDifferentiated: false).Values).MoveToOuterDisposeScope();
    }

    /// <summary>The head with its log-softmax as one differentiable operation.</summary>
    private sealed class Head : autograd.SingleTensorFunction<Head>
    {
        private const string Pass = nameof(Pass);

        public override string Name => nameof(Head);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (pass, states, weight) = ((HeadPass)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            var (values, totals, kept) = pass.Forward(states, weight, isDifferentiated: true);
            ctx.save_data(Pass, pass);
            ctx.save_for_backward([states, weight, totals, .. kept]);
            return values;
        }

        // The head's gradient is added where it belongs: handed to autograd, that of half a gigabyte would for a while exist three times.
        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            Tensor[] saved = [.. ctx.get_saved_variables()];
            var (pass, weight) = ((HeadPass)ctx.get_data(Pass), saved[1]);
            var ofStates = pass.Backward(saved[0], weight, saved[2], saved.AsSpan(3), grad_output, WeightGradient.Of(weight));
            return [null!, ofStates.MoveToOuterDisposeScope(), null!];
        }
    }
}
