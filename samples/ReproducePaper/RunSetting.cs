namespace ReproducePaper;

/// <summary>What runs must share to be compared, as a sentence's part that each run carries.</summary>
internal static class RunSetting
{
    /// <summary>The setting of a run.</summary>
    /// <param name="dataset">The data's name.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="options">What the command line changed.</param>
    /// <param name="isReinforced">Whether the run reinforces; an imitation's setting is the beginning of a reinforcement's.</param>
    public static string Of(string dataset, Recipe recipe, Options options, bool isReinforced)
    {
        var (sft, rankGrpo) = (recipe.Training.Sft, recipe.Training.RankGrpo);
        var imitation = FormattableString.Invariant($"{Data(dataset, recipe)}, {sft.Epochs} epochs or {sft.MaxSteps ?? -1} steps of sft{(options.Share is { } share ? $", share {share}" : "")}{(options.Substitutions is { } copies ? $", {copies} substitutions" : "")}{(recipe.IsJudged ? Judged : "")}{(options.Backbone is { } backbone ? $", {backbone}" : "")}");
        return isReinforced
            ? FormattableString.Invariant($"{imitation}, {rankGrpo.Steps} steps of {rankGrpo.BatchSize} x {rankGrpo.GroupSize}, beta {rankGrpo.KlCoefficient}{(options.IsKnownReinforced ? ", known dialogues reinforced" : "")}")
            : imitation;
    }

    /// <summary>The beginning of every setting of this data: which dialogues are known, held out and reported on follows from it.</summary>
    public static string Data(string dataset, Recipe recipe) => FormattableString.Invariant($"{dataset}, {recipe.HeldOut:P0} held out");

    /// <summary>Whether a run's demonstrations were graded by a judge.</summary>
    public static bool IsJudged(string setting) => setting.Contains(Judged, StringComparison.Ordinal);

    private const string Judged = ", judged by the teacher";
}
