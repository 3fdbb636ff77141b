using System.CommandLine;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The options of <c>convrec train</c> on how the policy is reinforced, as they are written.</summary>
internal sealed class ReinforcementArguments
{
    private readonly Option<string> _algorithm = new("--algorithm")
    {
        Description = $"How the stage {StageNames.RankGrpo} reinforces.",
        HelpName = $"{AlgorithmNames.RankGrpo}|{AlgorithmNames.Grpo}|{AlgorithmNames.Gspo}",
        DefaultValueFactory = _ => AlgorithmNames.RankGrpo,
    };

    private readonly Option<string> _reward = new("--reward")
    {
        Description = "What a rank earns: its own hit (exp-infinity), or later ones too. Default: the recipe's, exp-infinity.",
        HelpName = RewardName.All,
        DefaultValueFactory = _ => "",
    };

    private readonly Option<int?> _updates = new("--updates-per-rollout")
    {
        Description = "μ: updates on each batch of sampled lists. Default: the recipe's, 1.",
        HelpName = "N",
        CustomParser = written => NumberOption.Read<int>(written, "a whole number such as 2"),
    };

    private readonly Option<double?> _kl = new("--kl")
    {
        Description = "β: weight of the divergence from the policy at the start. Default: the recipe's, 0.",
        HelpName = "X",
        CustomParser = written => NumberOption.Read<double>(written, "a number such as 1e-3"),
    };

    private readonly Option<string> _rollouts = new("--rollouts")
    {
        Description = "What lists are sampled from: line by line (lines), or all at once from the first line's distribution, without replacement (first; faster). "
            + $"Default: first with --imitate {ImitationName.Soft}, otherwise lines.",
        HelpName = RolloutsName.All,
        DefaultValueFactory = _ => "",
    };

    private readonly Option<bool> _free = new("--free")
    {
        Description = "Sample lists freely, as in the paper, not under the catalog mask.",
    };

    private readonly Option<int?> _patience = new("--patience")
    {
        Description = "End reinforcement after so many looks at --valid without a better one. Default: all steps are taken; the best weights are kept in any case.",
        HelpName = "N",
        CustomParser = written => NumberOption.Read<int>(written, "a whole number such as 3"),
    };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [_algorithm, _reward, _updates, _kl, _rollouts, _free, _patience];

    /// <summary>Reads what was written.</summary>
    /// <exception cref="ArgumentException">An option can't be read; the sentence names it.</exception>
    public ReinforcementOptions Read(ParseResult parsed) => new()
    {
        Algorithm = AlgorithmNames.Parse(parsed.GetRequiredValue(_algorithm)),
        Reward = RewardName.Parse(parsed.GetRequiredValue(_reward)),
        UpdatesPerRollout = parsed.GetValue(_updates),
        Kl = parsed.GetValue(_kl),
        Rollouts = RolloutsName.Parse(parsed.GetRequiredValue(_rollouts)),
        IsFree = parsed.GetValue(_free),
        Patience = parsed.GetValue(_patience),
    };
}
