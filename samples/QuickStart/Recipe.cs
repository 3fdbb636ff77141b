using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace QuickStart;

/// <summary>How a run trains; all numbers of the sample stand here.</summary>
/// <param name="Backbone">The policy to begin with.</param>
/// <param name="Substitutions">Copies of each imitated dialogue with other films in it.</param>
/// <param name="Sft">Imitation.</param>
/// <param name="RankGrpo">Reinforcement.</param>
/// <param name="ValidationCount">Dialogues of valid that reinforcement stops on.</param>
internal sealed record Recipe(Backbone Backbone, int Substitutions, SftOptions Sft, RankGrpoOptions RankGrpo, int ValidationCount)
{
    // What imitation may take of the time that is left after the demonstrations; the rest is reinforcement's, less the scoring of test.
    private const double SftShare = 0.62, RankGrpoShare = 0.28;

    /// <summary>For the world that the sample carries: a few minutes on two cores.</summary>
    public static Recipe World { get; } = new(
        Backbone.TinyWorld with { Prompt = new PromptOptions { System = "" } },
        Substitutions: 0,
        new SftOptions { Epochs = 14, BatchSize = 32, LearningRate = 3e-3 },
        new RankGrpoOptions { Steps = 70, BatchSize = 24, LearningRate = 4e-4, FinalRateRatio = 0.2 },
        ValidationCount: 150);

    /// <summary>For a real dataset: about an hour on two cores.</summary>
    public static Recipe Real { get; } = new(
        Backbone.TinyReal,
        Substitutions: 12,
        new SftOptions { Epochs = 6, BatchSize = 48, LearningRate = 2e-3 },
        new RankGrpoOptions { Steps = 200, BatchSize = 32, LearningRate = 5e-5 },
        ValidationCount: 400);

    /// <summary>Bounds the stages so that they end within what is left of the budget.</summary>
    public Recipe Within(TimeSpan left) => this with
    {
        Sft = Sft with { TimeBudget = left * SftShare },
        RankGrpo = RankGrpo with { TimeBudget = left * RankGrpoShare },
    };
}
