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
    /// <param name="part">Examples with trees. Prompt and tree are run together, in one pass: each token of the tree sees the prompt and its own way.</param>
    /// <param name="dropout">Drops embedding units, or <see langword="null"/>.</param>
    public static Tensor Of(Transformer network, SftExample[] part, Func<Tensor, Tensor>? dropout)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PadRight([.. part.Select(example => (int[])[.. example.Prompt, .. example.Tree!.Tokens])], network.Device);
        var hidden = Hidden(network, part, batch, dropout); // [B, T, H]
        var choices = part.SelectMany((example, row) => example.Tree!.Choices.Select(choice => Choice(choice, (row * batch.Width) + example.Prompt.Length))).ToArray();
        var masses = tensor(part.SelectMany(example => example.Tree!.Choices.Select(choice => choice.Mass)).ToArray(), device: network.Device); // [choices]
        return TokenLogProbabilities.Of(network, hidden.reshape(-1, hidden.shape[2]), choices, temperature: 1).mul(masses).MoveToOuterDisposeScope();
    }

    private static TokenChoice Choice(LineChoice choice, long begin) =>
        new(begin + choice.After, choice.Targets[0].Token, choice.Allowed, choice.Blocked) { Shares = choice.Targets };

    // Where no tree has a token there is nothing but prompts.
    private static Tensor Hidden(Transformer network, SftExample[] part, TokenBatch batch, Func<Tensor, Tensor>? dropout)
    {
        if (Array.TrueForAll(part, example => example.Tree!.Tokens.Length == 0))
            return network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance, dropout);
        var (width, device) = ((int)batch.Width, network.Device);
        var (positions, sees) = (new long[part.Length * width], new bool[part.Length * (long)width * width]);
        for (var row = 0; row < part.Length; row++)
            Lay(part[row], positions.AsSpan(row * width, width), sees.AsSpan(row * width * width, width * width));
        var group = network.Config.HeadCount / network.Config.KeyValueHeadCount;
        var mask = tensor(sees, [part.Length, 1, width, width], device: device).repeat(1, 1, group, 1);
        return network.Hidden(batch.Ids, tensor(positions, part.Length, width, device: device), new MaskedContext(mask), dropout);
    }

    private static void Lay(SftExample example, Span<long> positions, Span<bool> sees)
    {
        var (width, prompt, tree) = (positions.Length, example.Prompt.Length, example.Tree!);
        for (var t = 0; t < width; t++)
        {
            // Padding sees itself alone: what sees nothing would be no number.
            var parent = t < prompt || t >= example.Length ? t - 1 : prompt + tree.Parents[t - prompt];
            if (t > 0 && t < example.Length)
            {
                positions[t] = positions[parent] + 1;
                sees.Slice(parent * width, width).CopyTo(sees[(t * width)..]);
            }

            sees[(t * width) + t] = true;
        }
    }
}
