using System.Globalization;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The stages' learning rates after warm-up; <see langword="null"/> for the stage's own default.</summary>
internal sealed record LearningRates(double? Sft = null, double? RankGrpo = null)
{
    /// <summary>Reads <c>--learning-rate</c>, such as <c>sft=1e-3,rank-grpo=1e-5</c>.</summary>
    /// <exception cref="ArgumentException">A part can't be read.</exception>
    public static LearningRates Parse(string written)
    {
        var rates = new LearningRates();
        foreach (var part in written.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            rates = rates.With(part);
        return rates;
    }

    /// <summary>Returns the recipe with these rates.</summary>
    public TrainingRecipe Applied(TrainingRecipe recipe) => recipe with
    {
        Sft = recipe.Sft with { LearningRate = Sft ?? recipe.Sft.LearningRate },
        RankGrpo = recipe.RankGrpo with { LearningRate = RankGrpo ?? recipe.RankGrpo.LearningRate },
    };

    private LearningRates With(string part)
    {
        var sides = part.Split('=', 2);
        if (sides.Length != 2 || sides[0] is not (StageNames.Sft or StageNames.RankGrpo))
        {
            throw new ArgumentException(
                $"--learning-rate {part} can't be read; write for example --learning-rate {StageNames.Sft}=1e-3,{StageNames.RankGrpo}=1e-5.");
        }

        if (!double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || !(rate > 0 && double.IsFinite(rate)))
            throw new ArgumentException($"--learning-rate {part} must be a number above 0, such as {sides[0]}=1e-5.");
        return sides[0] == StageNames.Sft ? this with { Sft = rate } : this with { RankGrpo = rate };
    }
}
