using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What is imitated, and how; <see langword="null"/> for what suits the catalog.</summary>
internal sealed record ImitationOptions
{
    /// <summary>What of a demonstration is imitated.</summary>
    public ImitationTarget? Target { get; init; }

    /// <summary>τ of the scores' distribution.</summary>
    public double? Temperature { get; init; }

    /// <summary>Share of train's conversations that are imitated.</summary>
    public double? Share { get; init; }

    /// <summary>Share of train's conversations that nothing but reinforcement knows.</summary>
    public double? HeldOut { get; init; }

    /// <summary>Copies of each imitated dialogue with other items put in.</summary>
    public int? Copies { get; init; }

    /// <summary>Whether a copy keeps all turns.</summary>
    public bool? IsWholeText { get; init; }

    /// <summary>What is known of the items beforehand, by its names.</summary>
    public IReadOnlyList<string>? ItemFeatures { get; init; }

    /// <summary>Returns the recipe with what was asked for.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="isReinforced">Whether reinforcement follows: otherwise nothing is held out for it unless that is asked for.</param>
    public TrainingRecipe Applied(TrainingRecipe recipe, bool isReinforced)
    {
        var building = recipe.Demonstrations;
        var heldOut = HeldOut ?? (isReinforced ? Math.Min(building.HeldOut, 1 - (Share ?? 0)) : 0);
        return Applied(recipe, Share ?? (isReinforced ? Math.Min(building.Share, 1 - heldOut) : Math.Min(building.Share + building.HeldOut, 1 - heldOut)), heldOut);
    }

    private TrainingRecipe Applied(TrainingRecipe recipe, double share, double heldOut) => Temperature is not null && (Target ?? recipe.Sft.Imitation) == ImitationTarget.List
        ? throw new ArgumentException($"--imitate-temperature {Temperature} is of scores, and the recipe imitates lists; add --imitate {ImitationName.Soft} or {ImitationName.SoftLines}, or leave it out.")
        : recipe with
        {
            Sft = recipe.Sft with { Imitation = Target ?? recipe.Sft.Imitation, ImitationTemperature = Temperature ?? recipe.Sft.ImitationTemperature },
            Demonstrations = recipe.Demonstrations with
            {
                Share = share,
                HeldOut = heldOut,
                Substitutions = Copies ?? recipe.Demonstrations.Substitutions,
                AreAllTurnsCopied = IsWholeText ?? recipe.Demonstrations.AreAllTurnsCopied,
            },
        };

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <param name="isStage">Whether anything is imitated at all.</param>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate(bool isStage)
    {
        Require(
            isStage || this == new ImitationOptions(),
            $"--imitate, --imitate-temperature, --share, --held-out, --copies, --whole-text and --item-features are for the stage {StageNames.Sft}; add it to --stages, or leave them out.");
        Require(Temperature is null or (> 0 and < double.PositiveInfinity), $"--imitate-temperature must be above 0, not {Temperature}.");
        Require(
            Temperature is null || Target is not ImitationTarget.List,
            $"--imitate-temperature {Temperature} is of scores; add --imitate {ImitationName.Soft} or {ImitationName.SoftLines}, or leave it out.");
        Require(Share is null or (> 0 and <= 1), $"--share must be above 0 and at most 1, not {Share}.");
        Require(HeldOut is null or (>= 0 and < 1), $"--held-out must be 0 or more and below 1, not {HeldOut}.");
        Require(!(Share + HeldOut > 1), $"--share {Share} and --held-out {HeldOut} are more than all of train together; lower one of them.");
        Require(Copies is null or >= 0, $"--copies must be 0 or more, not {Copies}.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }
}
