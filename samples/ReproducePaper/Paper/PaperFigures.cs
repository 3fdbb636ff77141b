using MLNet.ConvRec.Evaluation;

namespace ReproducePaper.Paper;

/// <summary>The paper's own figures: Reddit-v2's test, Qwen2.5-0.5B, teacher and zero-shot GPT-4o.</summary>
/// <remarks>
/// Zhu et al., "Rank-GRPO: Training LLM-based Conversational Recommender Systems with Reinforcement Learning", ICLR 2026 (arXiv 2510.20150), Table 1 and its
/// ablation, as a published summary of it quotes them (en.papernotes.org, ICLR 2026). The paper's tables themselves could not be read where this was written;
/// what the summary doesn't quote is absent.
/// </remarks>
internal static class PaperFigures
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, double>> ByRow = new()
    {
        [PaperRow.ZeroShot] = Whole(.1106, .2147, .0861, .1197),
        [PaperRow.Crag] = Whole(.1146, .2212, .0885, .1227),
        [PaperRow.Sft] = Whole(.0642, .1308, .0502, .0704),
        [PaperRow.WithoutReflect] = Part(.0623, .0698),
        ["sftWithoutRemapReflect"] = Part(.0579, .0637),
        ["grpo"] = Whole(.0834, .1803, .0651, .0945),
        ["rankGrpo"] = Whole(.0946, .2047, .0744, .1079),
        ["r1Zero"] = Part(.0440, .0431),
    };

    /// <summary>A row's figures by metric; empty where none is known.</summary>
    public static IReadOnlyDictionary<string, double> Of(string row) => ByRow.GetValueOrDefault(row) ?? new Dictionary<string, double>();

    private static Dictionary<string, double> Whole(double recall5, double recall20, double ndcg5, double ndcg20) =>
        new() { [MetricNames.Recall(5)] = recall5, [MetricNames.Recall(20)] = recall20, [MetricNames.Ndcg(5)] = ndcg5, [MetricNames.Ndcg(20)] = ndcg20 };

    private static Dictionary<string, double> Part(double recall5, double ndcg20) => new() { [MetricNames.Recall(5)] = recall5, [MetricNames.Ndcg(20)] = ndcg20 };
}
