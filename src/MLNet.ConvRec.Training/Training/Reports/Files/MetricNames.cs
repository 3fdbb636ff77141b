namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary>The names of what a step measures, in <c>metrics.jsonl</c> and TensorBoard: TRL's where TRL has one.</summary>
internal static class MetricNames
{
    public const string Loss = "loss";
    public const string Reward = "reward";
    public const string RewardDeviation = "reward_std";
    public const string ZeroDeviationShare = "frac_reward_zero_std";
    public const string Recall = "recall";
    public const string Entropy = "entropy";
    public const string Divergence = "kl";
    public const string ClippedLow = "clip_ratio/low_mean";
    public const string ClippedHigh = "clip_ratio/high_mean";
    public const string Clipped = "clip_ratio/region_mean";
    public const string MeanLength = "completions/mean_length";
    public const string MinLength = "completions/min_length";
    public const string MaxLength = "completions/max_length";
    public const string TruncatedShare = "completions/clipped_ratio";
    public const string InCatalogShare = "in_catalog";
    public const string RepeatShare = "repeats";
    public const string ValidationNdcg = "eval_ndcg";
    public const string ValidationNdcgAtStart = "eval_ndcg_at_start";
    public const string ValidationLoss = "eval_loss";
    public const string GradientNorm = "grad_norm";
    public const string LearningRate = "learning_rate";
    public const string StepTime = "step_time";
    public const string RolloutsTime = "profiling/rollouts_time";
    public const string UpdateTime = "profiling/update_time";
    public const string ValidationTime = "profiling/validation_time";

    // These are in metrics.jsonl alone: where a step stands, what stands under one key for all ranks, and what to look at.
    public const string Stage = "stage";
    public const string Step = "step";
    public const string Steps = "steps";
    public const string Fraction = "fraction";
    public const string Elapsed = "elapsed";
    public const string Relevance = "relevance";
    public const string Warnings = "warnings";
    public const string WarningKind = "kind";
    public const string WarningMessage = "message";

    /// <summary>Returns the name of a rank's relevance in TensorBoard; names of ranks sort as ranks do.</summary>
    public static string RelevanceAt(int rank) => $"{Relevance}/rank_{rank:00}";
}
