using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.LogProbabilities;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>How likely the policy finds the lines that a tree holds.</summary>
internal static class LineTreeLikelihood
{
    /// <summary>Returns for each choice its mass · Σ share · log p of its tokens, which add up to Σ q_i log p(line i) for each example, [choices].</summary>
    /// <param name="network">The policy; gradients flow into it where the caller has them enabled.</param>
    /// <param name="part">Examples with trees.</param>
    /// <param name="dropout">Drops embedding units, or <see langword="null"/>.</param>
    public static Tensor Of(Transformer network, SftExample[] part, Func<Tensor, Tensor>? dropout)
    {
        using var scope = NewDisposeScope();
        var pass = LineTreePass.Of(network, [.. part.Select(example => (example.Prompt, example.Tree!))], dropout);
        var choices = part.SelectMany((example, row) => example.Tree!.Choices.Select(choice => Choice(choice, pass.RowOf(row, choice)))).ToArray();
        var masses = tensor(part.SelectMany(example => example.Tree!.Choices.Select(choice => choice.Mass)).ToArray(), device: network.Device); // [choices]
        return TokenLogProbabilities.Of(network, pass.Hidden, choices, temperature: 1).mul(masses).MoveToOuterDisposeScope();
    }

    private static TokenChoice Choice(LineChoice choice, long row) =>
        new(row, choice.Targets[0].Token, choice.Allowed, choice.Blocked) { Shares = choice.Targets };
}
