using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>Lists that are drawn without replacement from the distribution of the first line.</summary>
internal sealed class FirstLineRollouts(ListFactory lists, RankGrpoOptions options) : IRolloutSource
{
    /// <inheritdoc/>
    public SampledList[] Sample(Transformer network, IReadOnlyList<RolloutPrompt> prompts, ulong seed)
    {
        var drawn = FirstLineRanking.Sample(network, lists.Trie, Requests(prompts), lists.ListLength, Noises, options.CancellationToken);
        return [.. drawn.SelectMany(ofDialogue => ofDialogue).Select(list => FirstLineLists.Written(lists.Trie, list))];

        GumbelNoise[] Noises(int place) =>
            [.. Enumerable.Range(0, options.GroupSize).Select(list => new GumbelNoise(options.Temperature, seed, (prompts[place].Key, (ulong)list)))];
    }

    /// <inheritdoc/>
    public Tensor LogProbabilities(Transformer network, IReadOnlyList<RolloutPrompt> prompts, IReadOnlyList<SampledList> sampled, Func<int, int, bool>? isNeeded) =>
        FirstLineLogProbabilities.Of(network, Requests(prompts), sampled, lists.Trie, options.Temperature, isNeeded);

    private static ListRequest[] Requests(IReadOnlyList<RolloutPrompt> prompts) => [.. prompts.Select(prompt => new ListRequest(prompt.Prompt, prompt.Excluded))];
}
