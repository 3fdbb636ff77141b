using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.RankGrpo.Rollouts;

/// <summary>What lists are drawn from, and how likely they are under it.</summary>
internal interface IRolloutSource
{
    /// <summary>Returns what the options ask for.</summary>
    static IRolloutSource Of(ListFactory lists, RankGrpoOptions options) => options.Rollouts switch
    {
        RolloutDistribution.FirstLine => new FirstLineRollouts(lists, options),
        _ => new LineRollouts(lists, options),
    };

    /// <summary>Draws G lists for each dialogue.</summary>
    /// <param name="network">The policy as it stands.</param>
    /// <param name="prompts">The dialogues.</param>
    /// <param name="seed">Seed of the draws.</param>
    SampledList[] Sample(Transformer network, IReadOnlyList<RolloutPrompt> prompts, ulong seed);

    /// <summary>Returns the tokens' log-probabilities, [lists, T], 0 where forced, padded or not needed; in the caller's dispose scope.</summary>
    /// <param name="network">The policy; gradients flow into it where the caller has them enabled.</param>
    /// <param name="prompts">The dialogues.</param>
    /// <param name="lists">The lists of dialogue d are d·G .. d·G + G − 1.</param>
    /// <param name="isNeeded">Tells for list and token whether its value is needed.</param>
    Tensor LogProbabilities(Transformer network, IReadOnlyList<RolloutPrompt> prompts, IReadOnlyList<SampledList> lists, Func<int, int, bool>? isNeeded);
}
