using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.LogProbabilities;

/// <summary>Computes blocks of the head: forward to log-probabilities, backward to gradients. N: choices, H: hidden, r and c: a block's choices and tokens.</summary>
internal sealed partial class HeadPass(IReadOnlyList<HeadBlock> blocks, NumberFormat format, double temperature)
{
    // 64 MiB of float32: so few logits are kept for the way back rather than computed again.
    private const long KeptElements = 1 << 24;
    private static readonly Scalar Never = double.NegativeInfinity;

    /// <summary>Returns each choice's log-probability, the mean of several tokens' by their shares, and the logarithm of what it was divided by, both [N], and the blocks' logits where they are worth keeping.</summary>
    /// <param name="states">[N, H], float32.</param>
    /// <param name="weight">The head, [V, H].</param>
    /// <param name="isDifferentiated">Whether the way back will be gone.</param>
    public (Tensor Values, Tensor Totals, Tensor[] Kept) Forward(Tensor states, Tensor weight, bool isDifferentiated)
    {
        using var scope = NewDisposeScope();
        var n = states.shape[0];
        var isKept = isDifferentiated && blocks.Sum(block => (block.Choices?.Length ?? n) * block.Width) <= KeptElements;
        var kept = new List<Tensor>();
        var chosen = zeros(n, device: states.device);
        var totals = zeros(n, device: states.device).fill_(Never);
        foreach (var block in blocks)
        {
            using var part = NewDisposeScope();
            var logits = Logits(block, Rows(block, states), Columns(block, weight));            // [r, c]
            var total = Rows(block, totals).logaddexp(logits.LogSumExp());                       // [r]
            if (block.Choices is { } choices)
                totals.index_copy_(0, Places(choices, states.device), total);
            else
                totals.copy_(total);
            if (block.Chosen.Length > 0)
                Ask(chosen, block, logits);
            if (isKept)
                kept.Add(logits.MoveToOuterDisposeScope());
        }

        return (chosen.sub_(totals).MoveToOuterDisposeScope(), totals.MoveToOuterDisposeScope(), [.. kept.Select(logits => logits.MoveToOuterDisposeScope())]);
    }

    /// <summary>Returns the gradient of the states, and adds that of the head to <paramref name="ofWeight"/>.</summary>
    /// <param name="states">[N, H], float32.</param>
    /// <param name="weight">The head, [V, H].</param>
    /// <param name="totals">As the forward pass returned them.</param>
    /// <param name="kept">As the forward pass returned them.</param>
    /// <param name="gradient">Gradient of the log-probabilities, [N].</param>
    /// <param name="ofWeight">[V, H]; <see langword="null"/> where the head stands still.</param>
    public Tensor Backward(Tensor states, Tensor weight, Tensor totals, ReadOnlySpan<Tensor> kept, Tensor gradient, Tensor? ofWeight) =>
        Backward(states, weight, kept, ofWeight, (block, logits) => LogitGradient(block, logits, totals, gradient));

    private Tensor Backward(Tensor states, Tensor weight, ReadOnlySpan<Tensor> kept, Tensor? ofWeight, Func<HeadBlock, Tensor, Tensor> logitGradient)
    {
        using var scope = NewDisposeScope();
        var ofStates = zeros_like(states);
        for (var i = 0; i < blocks.Count; i++)
        {
            using var part = NewDisposeScope();
            var block = blocks[i];
            var (rows, columns) = (Rows(block, states), Columns(block, weight));
            var ofLogits = logitGradient(block, kept.Length > 0 ? kept[i] : Logits(block, rows, columns)).to(format.Factors); // [r, c]
            Add(ofStates, block.Choices, ofLogits, columns.to(format.Factors));
            if (ofWeight is null)
                continue;
            if (block.Tokens is null)
                Add(ofWeight.narrow(0, block.Start, block.Width), null, ofLogits.t(), rows.to(format.Factors));
            else
                Add(ofWeight, block.Tokens, ofLogits.t(), rows.to(format.Factors));
        }

        return ofStates.MoveToOuterDisposeScope();
    }

    private Tensor Logits(HeadBlock block, Tensor rows, Tensor columns)
    {
        var logits = format.Product(rows, columns);
        if (temperature != 1)
            logits.div_(HeldScalars.Of(temperature));
        if (block.Forbidden.Length > 0)
            logits.view(-1).index_fill_(0, Places(block.Forbidden, logits.device), Never);
        return logits;
    }

    // A choice's logit is that of its token, or the mean of those of its tokens by their shares, which may stand in several blocks.
    private static void Ask(Tensor chosen, HeadBlock block, Tensor logits)
    {
        var (by, asked) = (Places(block.ChosenBy, logits.device), logits.view(-1).Rows(Places(block.Chosen, logits.device)));
        if (block.Shares is { } shares)
            chosen.index_add_(0, by, asked.mul_(tensor(shares, device: logits.device)), HeldScalars.One);
        else
            chosen.index_copy_(0, by, asked);
    }

    // d log p / d logit = (the token's share, 1 for one that was chosen alone) − p, over the temperature.
    private Tensor LogitGradient(HeadBlock block, Tensor logits, Tensor totals, Tensor gradient)
    {
        var shares = logits.sub(Rows(block, totals).unsqueeze(1)).exp_().mul_(Rows(block, gradient).neg().unsqueeze(1));
        if (block.Chosen.Length > 0)
        {
            var ofChosen = gradient.Rows(Places(block.ChosenBy, logits.device));
            if (block.Shares is { } counted)
                ofChosen.mul_(tensor(counted, device: logits.device));
            shares.view(-1).index_add_(0, Places(block.Chosen, logits.device), ofChosen, HeldScalars.One);
        }

        return temperature != 1 ? shares.div_(HeldScalars.Of(temperature)) : shares;
    }

    // sum[places] += left × right.
    private static void Add(Tensor sum, long[]? places, Tensor left, Tensor right)
    {
        if (places is not null)
            sum.index_add_(0, Places(places, sum.device), left.mm(right).to(sum.dtype), HeldScalars.One);
        else if (sum.dtype == left.dtype)
            sum.addmm_(left, right, 1, 1);
        else
            sum.add_(left.mm(right), HeldScalars.One);
    }

    private static Tensor Rows(HeadBlock block, Tensor all) => block.Choices is { } choices ? all.Rows(Places(choices, all.device)) : all;

    private static Tensor Columns(HeadBlock block, Tensor weight) =>
        block.Tokens is { } tokens ? weight.Rows(Places(tokens, weight.device)) : weight.narrow(0, block.Start, block.Width);

    private static Tensor Places(long[] places, Device device) => tensor(places, device: device);
}
