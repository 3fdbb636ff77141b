using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>A step of imitation on random tokens, forward, backward and AdamW; the log-probabilities in blocks, or all logits at once as it was before.</summary>
internal sealed class SftStep(Transformer network, int sequences, int promptLength, int listLength, bool isInBlocks) : IDisposable
{
    private readonly Optimization _optimization = new(network, 0.9, 0.98, 0.05, 1);
    private readonly int[][] _tokens = [.. Enumerable.Range(0, sequences).Select(row =>
        Enumerable.Range(0, promptLength + listLength).Select(t => (int)(((row * 7919L) + (t * 104_729L) + 17) % network.Config.VocabularySize)).ToArray())];

    /// <summary>Does a step; returns its loss.</summary>
    /// <param name="parts">Micro-batches.</param>
    public double Run(int parts)
    {
        var total = 0.0;
        _optimization.ZeroGradient();
        foreach (var part in _tokens.Chunk(sequences / parts))
        {
            using var scope = NewDisposeScope();
            var loss = Loss(part) / ((double)sequences * listLength);
            loss.backward();
            total += loss.item<float>();
        }

        _optimization.Step(1e-4);
        return total;
    }

    public void Dispose() => _optimization.Dispose();

    private Tensor Loss(int[][] part)
    {
        var batch = TokenBatch.PadRight([.. part.Select(row => row[..^1])], CPU);
        var hidden = network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance).reshape(-1, network.Config.HiddenSize);
        var places = part.SelectMany((_, row) => Enumerable.Range(0, listLength).Select(t => (row * batch.Width) + promptLength - 1 + t)).ToArray();
        var targets = part.SelectMany(row => row[promptLength..]).ToArray();
        if (isInBlocks)
            return TokenLogProbabilities.Of(network, hidden, [.. places.Zip(targets, (place, token) => new TokenChoice(place, token, default, []))], 1).sum().neg();
        var logits = network.Logits(hidden.index_select(0, tensor(places)));
        return nn.functional.cross_entropy(logits, tensor(Array.ConvertAll(targets, token => (long)token)), reduction: nn.Reduction.Sum);
    }
}
