using System.Globalization;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>How many tokens pass the network at a time.</summary>
/// <param name="IsStagesOwn">Whether each stage has its default.</param>
/// <param name="Tokens">Otherwise: the tokens, or <see langword="null"/> for what fits the memory.</param>
internal sealed record MicroBatches(bool IsStagesOwn = true, int? Tokens = null)
{
    /// <summary>Chosen by the memory that is free.</summary>
    public const string Auto = "auto";

    /// <summary>Reads <c>--batch</c>; nothing written: the stage's own.</summary>
    /// <exception cref="ArgumentException">It can't be read.</exception>
    public static MicroBatches Parse(string written) => written switch
    {
        "" => new MicroBatches(),
        Auto => new MicroBatches(IsStagesOwn: false),
        _ when int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens > 0 => new MicroBatches(IsStagesOwn: false, tokens),
        _ => throw new ArgumentException($"--batch {written} can't be read; write {Auto}, or a number of tokens such as 4096."),
    };

    /// <summary>Returns the recipe with these.</summary>
    public TrainingRecipe Applied(TrainingRecipe recipe) => IsStagesOwn
        ? recipe
        : recipe with { Sft = recipe.Sft with { MicroBatchTokens = Tokens }, RankGrpo = recipe.RankGrpo with { MicroBatchTokens = Tokens } };
}
