namespace MLNet.ConvRec.Demonstrations.Reflect;

/// <summary>Reflect: a judge's grades move the best candidates (spec: "Demonstrations (RRA)").</summary>
internal static class ReflectStep
{
    /// <summary>s(c) + γ rating(c)/L for the judged items; the others keep their score.</summary>
    /// <param name="scores">The scores of Remap; not changed.</param>
    /// <param name="judged">The items that were judged.</param>
    /// <param name="ratings">The grade of each, −L to +L; a grade beyond is taken as the nearest that is allowed.</param>
    /// <param name="gamma">γ.</param>
    /// <param name="ratingScale">L.</param>
    public static double[] Apply(
        double[] scores, IReadOnlyList<int> judged, IReadOnlyList<double> ratings, double gamma, double ratingScale)
    {
        var reflected = (double[])scores.Clone();
        for (var i = 0; i < judged.Count; i++)
            reflected[judged[i]] += gamma * Math.Clamp(ratings[i], -ratingScale, ratingScale) / ratingScale;
        return reflected;
    }
}
