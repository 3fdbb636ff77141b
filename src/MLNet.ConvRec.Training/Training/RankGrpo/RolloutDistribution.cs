namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>What the lists of rollouts are drawn from.</summary>
public enum RolloutDistribution
{
    /// <summary>Line by line, token by token: each line given those above it (paper).</summary>
    Lines,

    /// <summary>
    /// The distribution of the first line alone, without replacement: a whole group from one pass over the prompt. The probability of a rank given those before
    /// it is Plackett-Luce's, p_k / (1 − Σ_{j &lt; k} p_j). The natural partner of imitation and decoding by the first line.
    /// </summary>
    FirstLine,
}
