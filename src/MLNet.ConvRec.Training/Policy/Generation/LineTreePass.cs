using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Prompts and the trees of likely lines behind them, run together in one pass: each token of a tree sees the prompt and its own way alone.</summary>
/// <param name="Begins">Where each tree's first token stands among the rows of <paramref name="Hidden"/>.</param>
/// <param name="Hidden">Hidden states, [B · T, H].</param>
internal readonly record struct LineTreePass(long[] Begins, Tensor Hidden)
{
    /// <summary>Runs the tokens.</summary>
    /// <param name="network">The policy; gradients flow into it where the caller has them enabled.</param>
    /// <param name="rows">Prompts, none of them empty, and their trees.</param>
    /// <param name="dropout">Drops embedding units, or <see langword="null"/>.</param>
    public static LineTreePass Of(Transformer network, IReadOnlyList<(int[] Prompt, LineTree Tree)> rows, Func<Tensor, Tensor>? dropout)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PadRight([.. rows.Select(row => (int[])[.. row.Prompt, .. row.Tree.Tokens])], network.Device);
        var hidden = Run(network, rows, batch, dropout); // [B, T, H]
        long[] begins = [.. rows.Select((row, at) => (at * batch.Width) + row.Prompt.Length)];
        return new LineTreePass(begins, hidden.reshape(-1, hidden.shape[2]).MoveToOuterDisposeScope());
    }

    /// <summary>Returns where, among the rows of <see cref="Hidden"/>, the state stands of which a choice is made.</summary>
    public long RowOf(int tree, LineChoice choice) => Begins[tree] + choice.After;

    // Where no tree has a token there is nothing but prompts.
    private static Tensor Run(Transformer network, IReadOnlyList<(int[] Prompt, LineTree Tree)> rows, TokenBatch batch, Func<Tensor, Tensor>? dropout)
    {
        if (rows.All(row => row.Tree.Tokens.Length == 0))
            return network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance, dropout);
        var (width, device) = ((int)batch.Width, network.Device);
        var (positions, sees) = (new long[rows.Count * width], new bool[rows.Count * (long)width * width]);
        for (var row = 0; row < rows.Count; row++)
            Lay(rows[row].Prompt.Length, rows[row].Tree, positions.AsSpan(row * width, width), sees.AsSpan(row * width * width, width * width));
        var group = network.Config.HeadCount / network.Config.KeyValueHeadCount;
        var mask = tensor(sees, [rows.Count, 1, width, width], device: device).repeat(1, 1, group, 1);
        return network.Hidden(batch.Ids, tensor(positions, rows.Count, width, device: device), new MaskedContext(mask), dropout);
    }

    private static void Lay(int prompt, LineTree tree, Span<long> positions, Span<bool> sees)
    {
        var (width, length) = (positions.Length, prompt + tree.Tokens.Length);
        for (var t = 0; t < width; t++)
        {
            // Padding sees itself alone: what sees nothing would be no number.
            var parent = t < prompt || t >= length ? t - 1 : prompt + tree.Parents[t - prompt];
            if (t > 0 && t < length)
            {
                positions[t] = positions[parent] + 1;
                sees.Slice(parent * width, width).CopyTo(sees[(t * width)..]);
            }

            sees[(t * width) + t] = true;
        }
    }
}
