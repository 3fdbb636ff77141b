using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>Lists that are written line by line, along the catalog's trie or freely.</summary>
internal sealed class LineRollouts(ListFactory lists, RankGrpoOptions options) : IRolloutSource
{
    /// <inheritdoc/>
    public SampledList[] Sample(Transformer network, IReadOnlyList<RolloutPrompt> prompts, ulong seed)
    {
        var sampling = new Sampling(options.Temperature, seed) { TopP = options.TopP };
        ListGroup[] groups = [.. prompts.Select(prompt => new ListGroup(prompt.Prompt, [.. Enumerable.Range(0, options.GroupSize).Select(g => Writer(prompt, g))]))];
        return ListGenerator.Generate(network, lists.Trie, groups, options.ConcurrentLists, options.CancellationToken);

        IListWriter Writer(RolloutPrompt prompt, int list) => options.IsCatalogConstrained
            ? lists.Constrained(prompt.Excluded, sampling, (prompt.Key, (ulong)list))
            : lists.Free(options.MaxListTokens, sampling, (prompt.Key, (ulong)list));
    }

    /// <inheritdoc/>
    public Tensor LogProbabilities(Transformer network, IReadOnlyList<RolloutPrompt> prompts, IReadOnlyList<SampledList> sampled, Func<int, int, bool>? isNeeded) =>
        ListLogProbabilities.Of(network, [.. prompts.Select(prompt => prompt.Prompt)], sampled, lists.Trie, options.Temperature, isNeeded);
}
