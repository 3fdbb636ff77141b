using MLNet.ConvRec.Policy;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Our network's answer, each token from the whole sequence before it.</summary>
internal static class NetworkAnswer
{
    // Few enough that prompts of about one length are padded to one width.
    private const int BatchSize = 25;

    public static ReferenceAnswer Of(PolicyWeights weights, ReferenceRequest request)
    {
        TorchRuntime.EnsureLoaded();
        using var network = new Transformer(weights, CPU);
        using var noGradient = no_grad();
        var answers = request.Prompts.Chunk(BatchSize).Select(prompts => OfBatch(network, prompts, request.NewTokens)).ToArray();
        return new ReferenceAnswer(
            [.. answers.SelectMany(answer => answer.Continuations)], [.. answers.SelectMany(answer => answer.Logits)]);
    }

    private static ReferenceAnswer OfBatch(Transformer network, int[][] prompts, int newTokens)
    {
        var sequences = prompts.Select(prompt => prompt.ToList()).ToArray();
        var logits = NextLogits(network, sequences);
        var next = logits;
        for (var step = 0; step < newTokens; step++)
        {
            if (step > 0)
                next = NextLogits(network, sequences);
            foreach (var (sequence, row) in sequences.Zip(next))
                sequence.Add(Array.IndexOf(row, row.Max()));
        }

        return new ReferenceAnswer([.. sequences.Zip(prompts, (sequence, prompt) => sequence.Skip(prompt.Length).ToArray())], logits);
    }

    private static float[][] NextLogits(Transformer network, List<int>[] sequences)
    {
        using var scope = NewDisposeScope();
        var width = sequences.Max(sequence => sequence.Count);
        var ids = sequences.SelectMany(sequence => sequence.Select(id => (long)id).Concat(new long[width - sequence.Count])).ToArray();
        var places = sequences.SelectMany(_ => Enumerable.Range(0, width).Select(place => (long)place)).ToArray();
        var lasts = sequences.Select((sequence, row) => ((long)row * width) + sequence.Count - 1).ToArray();

        var hidden = network.Hidden(
            tensor(ids, [sequences.Length, width]), tensor(places, [sequences.Length, width]), CausalContext.Instance); // [B, T, H]
        var logits = network.Logits(hidden.reshape(-1, network.Config.HiddenSize).index_select(0, tensor(lasts))); // [B, V]
        return [.. logits.data<float>().Chunk(network.Config.VocabularySize)];
    }
}
