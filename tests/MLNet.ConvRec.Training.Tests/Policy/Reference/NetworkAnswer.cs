using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>What our network says, each time from the whole sequence and without a cache.</summary>
internal static class NetworkAnswer
{
    // Few enough that prompts of about one length are padded to one width.
    private const int BatchSize = 25;

    /// <summary>Continues prompts, one token after the other.</summary>
    public static ReferenceAnswer Of(PolicyWeights weights, ReferenceRequest request)
    {
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(weights, CPU);
        var answers = request.Prompts.Chunk(BatchSize).Select(prompts => OfBatch(network, prompts, request.NewTokens)).ToArray();
        return new ReferenceAnswer(
            [.. answers.SelectMany(answer => answer.Continuations)], [.. answers.SelectMany(answer => answer.Logits)]);
    }

    /// <summary>
    /// For each continuation, by how much the logits of its tokens fall short of the greatest at their places: 0 where each is the greedy one.
    /// </summary>
    public static double[] Shortfalls(PolicyWeights weights, IReadOnlyList<RecordedAnswer> continuations)
    {
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(weights, CPU);
        return [.. continuations.Chunk(BatchSize).SelectMany(OfBatch)];

        IEnumerable<double> OfBatch(RecordedAnswer[] batch)
        {
            var length = batch[0].Continuation.Length;
            var sequences = batch.Select(answer => (IReadOnlyList<int>)[.. answer.Prompt, .. answer.Continuation[..^1]]).ToArray();
            var logits = LogitsOfLast(network, sequences, length).Chunk(length);
            return batch.Zip(logits, (answer, rows) => answer.Continuation.Zip(rows, (token, row) => (double)row.Max() - row[token]).Max());
        }
    }

    private static ReferenceAnswer OfBatch(Transformer network, int[][] prompts, int newTokens)
    {
        var sequences = prompts.Select(prompt => prompt.ToList()).ToArray();
        var logits = LogitsOfLast(network, sequences, 1);
        var next = logits;
        for (var step = 0; step < newTokens; step++)
        {
            if (step > 0)
                next = LogitsOfLast(network, sequences, 1);
            foreach (var (sequence, row) in sequences.Zip(next))
                sequence.Add(Greedy(row));
        }

        return new ReferenceAnswer([.. sequences.Zip(prompts, (sequence, prompt) => sequence.Skip(prompt.Length).ToArray())], logits);
    }

    private static int Greedy(float[] logits) => Array.IndexOf(logits, logits.Max());

    // For each sequence, the logits after each of its last tokens.
    private static float[][] LogitsOfLast(Transformer network, IReadOnlyList<int>[] sequences, int count)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var width = sequences.Max(sequence => sequence.Count);
        var ids = sequences.SelectMany(sequence => sequence.Select(id => (long)id).Concat(new long[width - sequence.Count])).ToArray();
        var places = sequences.SelectMany(_ => Enumerable.Range(0, width).Select(place => (long)place)).ToArray();
        var asked = sequences.SelectMany((sequence, row) =>
            Enumerable.Range(sequence.Count - count, count).Select(place => ((long)row * width) + place)).ToArray();

        var hidden = network.Hidden(
            tensor(ids, [sequences.Length, width]), tensor(places, [sequences.Length, width]), CausalContext.Instance); // [B, T, H]
        var logits = network.Logits(hidden.reshape(-1, network.Config.HiddenSize).index_select(0, tensor(asked))); // [B·count, V]
        return [.. logits.data<float>().Chunk(network.Config.VocabularySize)];
    }
}
