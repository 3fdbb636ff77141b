namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Group-normalised advantages (spec: "Advantages"): A_ik = (r_ik − mean_i) / (std_i + 1e-4), each rank for itself.</summary>
/// <remarks>Pure functions. Standard deviations are of the sample (n − 1); a group of one list has advantage 0.</remarks>
public static class RankAdvantage
{
    /// <summary>What is added to a standard deviation before dividing by it.</summary>
    public const double Epsilon = 1e-4;

    /// <summary>Returns the advantages of one group's lists, scaled within the group.</summary>
    /// <param name="rewards">[samples][ranks]; every list with the same number of ranks.</param>
    /// <returns>[samples][ranks].</returns>
    public static double[][] Of(double[][] rewards) => Of([rewards], AdvantageScaling.Group)[0];

    /// <summary>Returns the advantages of a batch of groups.</summary>
    /// <param name="rewards">[groups][samples][ranks]; every list with the same number of ranks.</param>
    /// <param name="scaling">What the centred rewards are divided by.</param>
    /// <returns>[groups][samples][ranks].</returns>
    /// <exception cref="ArgumentException">Lists differ in their number of ranks.</exception>
    public static double[][][] Of(double[][][] rewards, AdvantageScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        var ranks = rewards.SelectMany(group => group).Select(list => list.Length).FirstOrDefault();
        if (rewards.Any(group => group.Any(list => list.Length != ranks)))
            throw new ArgumentException("The lists differ in their number of ranks; give missing ranks the reward 0.", nameof(rewards));
        var advantages = Array.ConvertAll(rewards, group => Array.ConvertAll(group, list => new double[list.Length]));
        for (var rank = 0; rank < ranks; rank++)
        {
            var ofRank = OfSequences(Array.ConvertAll(rewards, group => Array.ConvertAll(group, list => list[rank])), scaling);
            for (var group = 0; group < rewards.Length; group++)
            {
                for (var sample = 0; sample < rewards[group].Length; sample++)
                    advantages[group][sample][rank] = ofRank[group][sample];
            }
        }

        return advantages;
    }

    /// <summary>Returns the advantages of whole lists, for GRPO and GSPO.</summary>
    /// <param name="rewards">[groups][samples].</param>
    /// <param name="scaling">What the centred rewards are divided by.</param>
    /// <returns>[groups][samples].</returns>
    public static double[][] OfSequences(double[][] rewards, AdvantageScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        var ofBatch = scaling == AdvantageScaling.Batch ? StandardDeviation([.. rewards.SelectMany(group => group)]) : 0;
        return Array.ConvertAll(rewards, group =>
        {
            var mean = group.Length == 0 ? 0 : group.Average();
            var divisor = scaling switch
            {
                AdvantageScaling.Group => StandardDeviation(group) + Epsilon,
                AdvantageScaling.Batch => ofBatch + Epsilon,
                AdvantageScaling.None => 1,
                _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "Choose Group, Batch or None."),
            };
            return Array.ConvertAll(group, reward => (reward - mean) / divisor);
        });
    }

    /// <summary>Returns the standard deviation of a sample, 0 of one value alone.</summary>
    internal static double StandardDeviation(double[] values)
    {
        if (values.Length < 2)
            return 0;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
