namespace MLNet.ConvRec.Demonstrations.Adjust;

/// <summary>Adjust: corrects each item's score for what people here choose (spec: "Demonstrations (RRA)").</summary>
internal static class AdjustStep
{
    /// <summary>s_final = w ⊙ s + b.</summary>
    /// <param name="scores">The scores of Remap and Reflect; not changed.</param>
    /// <param name="weight">w per item.</param>
    /// <param name="bias">b per item.</param>
    public static double[] Apply(double[] scores, double[] weight, double[] bias)
    {
        var adjusted = new double[scores.Length];
        for (var item = 0; item < scores.Length; item++)
            adjusted[item] = (weight[item] * scores[item]) + bias[item];
        return adjusted;
    }
}
