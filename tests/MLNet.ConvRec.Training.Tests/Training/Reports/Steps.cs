using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Training.Tests.Training.Reports;

/// <summary>Reports as trainers make them, with numbers that can be told apart.</summary>
internal static class Steps
{
    public static TrainingProgress Sft(int step, int steps = 4) => new()
    {
        Stage = "sft",
        Step = step,
        Steps = steps,
        Fraction = (double)step / steps,
        Elapsed = TimeSpan.FromSeconds(step),
        Loss = 4.0 / step,
        GradientNorm = 0.5,
        LearningRate = 2e-3,
        ValidationLoss = step % 2 == 0 ? 3.0 / step : null,
    };

    public static TrainingProgress RankGrpo(int step, int steps = 4) => new()
    {
        Stage = "rank-grpo",
        Step = step,
        Steps = steps,
        Fraction = (double)step / steps,
        Elapsed = TimeSpan.FromSeconds(2 * step),
        Loss = -0.125,
        Reward = 0.0625 * step,
        Entropy = 1.5,
        ValidationNdcgAtStart = 0.25,
        ValidationNdcg = step % 2 == 0 ? 0.25 + (0.03125 * step) : null,
        GradientNorm = 0.75,
        LearningRate = 1e-4,
        Rollouts = new RolloutStatistics
        {
            Reward = 0.5 * step,
            RewardDeviation = 0.375,
            ZeroDeviationShare = 0.625,
            Recall = 0.0625 * step,
            RelevanceByRank = [0.5, 0.25, 0.125 * step],
            InCatalogShare = 0.875,
            RepeatShare = 0.03125,
            Length = new LengthStatistics(17.5, 12, 31),
            TruncatedShare = 0.015625,
        },
        Update = new UpdateStatistics { Divergence = 0.0078125, ClippedLow = 0.25, ClippedHigh = 0.125 },
        Times = new StepTimes(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromSeconds(4)),
    };

    public static SampledCompletion Completion(string prompt, string completion) => new()
    {
        DialogueId = "d-1",
        Prompt = prompt,
        Completion = completion,
        GroundTruth = ["Amélie (2001)"],
        Rewards = [1, 0],
        Advantages = [2.5, -0.5],
    };
}
