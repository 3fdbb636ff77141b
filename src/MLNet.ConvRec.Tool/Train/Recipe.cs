using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>How a run trains where the command line leaves it open; all numbers stand here.</summary>
/// <param name="Backbone">The policy that <c>--backbone tiny</c> begins with.</param>
/// <param name="Substitutions">Copies of each imitated dialogue with other items in it.</param>
/// <param name="Sft">Imitation.</param>
/// <param name="RankGrpo">Reinforcement.</param>
internal sealed record Recipe(Backbone Backbone, int Substitutions, SftOptions Sft, RankGrpoOptions RankGrpo)
{
    private const int RealCatalog = 1000;

    private static readonly Recipe World = new(
        Backbone.TinyWorld,
        Substitutions: 0,
        new SftOptions { Epochs = 14, BatchSize = 32, LearningRate = 3e-3 },
        new RankGrpoOptions { Steps = 70, BatchSize = 24, LearningRate = 4e-4, FinalRateRatio = 0.2 });

    private static readonly Recipe Real = new(
        Backbone.TinyReal,
        Substitutions: 12,
        new SftOptions { Epochs = 6, BatchSize = 48, LearningRate = 2e-3 },
        new RankGrpoOptions { Steps = 200, BatchSize = 32, LearningRate = 5e-5 });

    /// <summary>Returns the recipe for a catalog of this many items: a small world, or a real shop from 1,000 on.</summary>
    public static Recipe For(int itemCount) => itemCount < RealCatalog ? World : Real;

    /// <summary>Takes the numbers of steps that the command line gives.</summary>
    public Recipe With(StepCounts steps) => this with
    {
        // An epoch has at least one step, so that the epochs don't end before the steps.
        Sft = Sft with { MaxSteps = steps.Sft, Epochs = Math.Max(Sft.Epochs, steps.Sft ?? 0) },
        RankGrpo = RankGrpo with { Steps = steps.RankGrpo ?? RankGrpo.Steps },
    };
}
