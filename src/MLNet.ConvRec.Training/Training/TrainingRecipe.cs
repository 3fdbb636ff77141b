using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training;

/// <summary>Options of all stages that were tried together on two CPU cores: where to begin when training a tiny policy from scratch.</summary>
public sealed record TrainingRecipe
{
    // From this many items on a catalog is a real shop's and wants the larger policy.
    private const int RealCatalog = 1000;

    /// <summary>For a small world of a few hundred items and a few thousand short dialogues: minutes.</summary>
    public static TrainingRecipe World { get; } = new()
    {
        // The system text costs each prompt ten tokens and tells a policy from scratch nothing.
        Backbone = Backbone.TinyWorld with { Prompt = new PromptOptions { System = "" } },
        Demonstrations = new DemonstrationOptions { Substitutions = 3 },
        Sft = new SftOptions { Epochs = 8, BatchSize = 8, LearningRate = 3e-3, Dropout = 0.02 },
        RankGrpo = new RankGrpoOptions { Steps = 70, BatchSize = 24, LearningRate = 4e-4, FinalRateRatio = 0.2 },
        ValidationCount = 150,
    };

    /// <summary>
    /// For a real catalog of thousands of items, the strongest that is known (docs/ladder.md): the demonstrations' scores of nearly all of train are imitated at
    /// the first line, and conversations that no demonstration knows are reinforced. About a quarter of an hour.
    /// </summary>
    public static TrainingRecipe Real { get; } = new()
    {
        Backbone = Backbone.TinyReal with { Prompt = new PromptOptions { System = "" } },
        Demonstrations = new DemonstrationOptions { Share = 0.9, HeldOut = 0.1, Substitutions = 3, AreAllTurnsCopied = true },
        Sft = new SftOptions { Imitation = ImitationTarget.FirstLine, Epochs = 6, BatchSize = 16, LearningRate = 3e-3, Dropout = 0.02, Decoding = ListDecoding.First },
        RankGrpo = new RankGrpoOptions
        {
            Rollouts = RolloutDistribution.FirstLine,
            Steps = 400,
            BatchSize = 32,
            LearningRate = 1e-4,
            FinalRateRatio = 0.2,
            Decoding = ListDecoding.First,
            ValidationDecoding = ListDecoding.First,
        },
        ValidationCount = 1000,
        IsInformed = true,
    };

    /// <summary>
    /// For a real catalog of thousands of items, the paper's way: a quarter of train is imitated list by list, and the rest is reinforced line by line. About an
    /// hour. Most of what is imitated are substituted contexts.
    /// </summary>
    public static TrainingRecipe Paper { get; } = new()
    {
        Backbone = Backbone.TinyReal with { Prompt = new PromptOptions { System = "" } },
        Demonstrations = new DemonstrationOptions { Substitutions = 6 },
        Sft = new SftOptions { Epochs = 14, BatchSize = 16, LearningRate = 3e-3, Dropout = 0.02 },
        RankGrpo = new RankGrpoOptions { Steps = 400, BatchSize = 32, LearningRate = 1e-4, FinalRateRatio = 0.2 },
        ValidationCount = 1000,
    };

    /// <summary>The policy to begin with.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>How demonstrations are built.</summary>
    public required DemonstrationOptions Demonstrations { get; init; }

    /// <summary>Imitation.</summary>
    public required SftOptions Sft { get; init; }

    /// <summary>Reinforcement.</summary>
    public required RankGrpoOptions RankGrpo { get; init; }

    /// <summary>How many dialogues of a validation set reinforcement looks at.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>Whether a policy made from scratch begins with what is known of its items (<see cref="Backbone.Features"/>). The default is <see langword="false"/>.</summary>
    public bool IsInformed { get; init; }

    /// <summary>Returns the recipe for a catalog of this many items: <see cref="World"/> below 1,000, else <see cref="Real"/>.</summary>
    /// <param name="itemCount">The number of items.</param>
    public static TrainingRecipe For(int itemCount) => itemCount < RealCatalog ? World : Real;
}
