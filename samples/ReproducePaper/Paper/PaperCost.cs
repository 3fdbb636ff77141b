using MLNet.ConvRec.Training;

namespace ReproducePaper.Paper;

/// <summary>How long the paper's training takes: on a CPU from measured rates, on cards by an estimate from their published rates.</summary>
/// <remarks>
/// A weight costs 2 floating-point operations a token forward, 4 backward, and 2 more where activations are computed again. Writing lists reads all weights once
/// a token for all lists at once. Nothing of this was measured on a GPU.
/// </remarks>
internal sealed class PaperCost(PaperBackbone backbone, TrainingRecipe recipe)
{
    // Tokens of Qwen's tokenizer: a list of 20 titles has 204 (docs/scoring.md), a dialogue of ReDial 148; Reddit's are longer, by how much is assumed.
    private const double PromptTokens = 250, ListTokens = 204;

    // Of a card's published rates, what training and reading are assumed to reach.
    private const double Reached = 0.25;

    // Of weights, gradients, two moments, and the policy at the start, 4 bytes each; and room for activations.
    private const double BytesAWeight = 20, RoomInGigabytes = 4;

    // docs/results/benchmark-logprob-memory-Full.json (2,048 tokens a step) and benchmark-list.json, both of Qwen2.5-0.5B's shape on two cores.
    private const double CpuTokensASecond = 2048 / 83.25, CpuSecondsAList = 1.534, CpuWeights = 0.494;

    private const double SecondsADay = 86_400, SecondsAnHour = 3600;

    private static readonly (string Name, double Teraflops, double TerabytesASecond, double Gigabytes)[] Cards =
        [("RTX 4090, 24 GB", 165, 1.01, 24), ("A100, 80 GB", 312, 2.04, 80), ("H100 SXM, 80 GB", 989, 3.35, 80)];

    private double SftTokens => (double)recipe.Sft.MaxSteps!.Value * recipe.Sft.BatchSize * (PromptTokens + ListTokens);

    private double Lists => (double)recipe.RankGrpo.BatchSize * recipe.RankGrpo.GroupSize;

    // A group shares its prompt.
    private double TokensAStep => (recipe.RankGrpo.BatchSize * PromptTokens) + (Lists * ListTokens);

    /// <summary>Tables of hours, one row a card, and of days on the CPU.</summary>
    public string Describe()
    {
        var rows = Cards.Select(card => (BytesAWeight * backbone.Weights) + RoomInGigabytes > card.Gigabytes
            ? $"| {card.Name} | does not fit | | |"
            : FormattableString.Invariant($"| {card.Name} | {SftHours(card.Teraflops):0.0} h | {ReinforcementHours(card, 1):0} h | {ReinforcementHours(card, 2):0} h |"));
        var share = backbone.Weights / CpuWeights;
        var (sft, reinforced) = (SftTokens / CpuTokensASecond, recipe.RankGrpo.Steps * ((Lists * CpuSecondsAList) + (4 / 3.0 * TokensAStep / CpuTokensASecond)));
        return FormattableString.Invariant($"""
            Cards: an estimate by floating-point operations, none of it measured. CPU: from measured rates.

            | card | SFT | Rank-GRPO, one update | two updates |
            | --- | ---: | ---: | ---: |
            {string.Join('\n', rows)}
            | two CPU cores | {share * sft / SecondsADay:N0} days | {share * reinforced / SecondsADay:N0} days | |
            """).ReplaceLineEndings("\n");
    }

    /// <summary>Hours of SFT on a card.</summary>
    /// <param name="teraflops">Its published rate in bfloat16, dense.</param>
    public double SftHours(double teraflops) => SftTokens * 8 * backbone.Weights * 1e9 / (Reached * teraflops * 1e12) / SecondsAnHour;

    // Sampling: the prompt's pass, and the lists' tokens by whichever is slower, products or reading 4 bytes a weight. Then the policy at the start, and updates.
    private double ReinforcementHours((string Name, double Teraflops, double TerabytesASecond, double Gigabytes) card, int updates)
    {
        var (weights, rate) = (backbone.Weights * 1e9, Reached * card.Teraflops * 1e12);
        var reading = ListTokens * 4 * weights / (Reached * card.TerabytesASecond * 1e12);
        var writing = Math.Max(reading, 2 * weights * Lists * ListTokens / rate);
        var prompts = 2 * weights * recipe.RankGrpo.BatchSize * PromptTokens / rate;
        var batches = Math.Ceiling((double)recipe.RankGrpo.Steps / updates);
        return ((batches * (prompts + writing)) + (recipe.RankGrpo.Steps * (8 + 2) * weights * TokensAStep / rate)) / SecondsAnHour;
    }
}
