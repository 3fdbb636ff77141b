using System.Globalization;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>How many steps the stages take; <see langword="null"/> for the stage's own default.</summary>
internal sealed record StepCounts(int? Sft = null, int? RankGrpo = null)
{
    private const int Most = 100_000;

    /// <summary>Reads <c>--steps</c>, such as <c>sft=1000,rank-grpo=200</c>.</summary>
    /// <exception cref="ArgumentException">A part can't be read.</exception>
    public static StepCounts Parse(string written)
    {
        var steps = new StepCounts();
        foreach (var part in written.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            steps = steps.With(part);
        return steps;
    }

    /// <summary>Returns the recipe with these numbers of steps.</summary>
    public TrainingRecipe Applied(TrainingRecipe recipe) => recipe with
    {
        // An epoch has at least one step, so that the epochs don't end before the steps.
        Sft = recipe.Sft with { MaxSteps = Sft, Epochs = Math.Max(recipe.Sft.Epochs, Sft ?? 0) },
        RankGrpo = recipe.RankGrpo with { Steps = RankGrpo ?? recipe.RankGrpo.Steps },
    };

    private StepCounts With(string part)
    {
        var sides = part.Split('=', 2);
        if (sides.Length != 2 || sides[0] is not (StageNames.Sft or StageNames.RankGrpo))
        {
            throw new ArgumentException(
                $"--steps {part} can't be read; write for example --steps {StageNames.Sft}=1000,{StageNames.RankGrpo}=200.");
        }

        if (!int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Most)
            throw new ArgumentException($"--steps {part} must be a whole number from 1 to {Most}.");
        return sides[0] == StageNames.Sft ? this with { Sft = count } : this with { RankGrpo = count };
    }
}
