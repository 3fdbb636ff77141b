namespace QuickStart.World;

/// <summary>What this shop's seekers like and the world does not know: one number per film, independent of its popularity.</summary>
/// <remarks>It shows in the choices alone; so imitating a teacher from outside cannot learn it, and reinforcement can.</remarks>
internal static class HiddenLiking
{
    private const double UnitsPerOne = 1000;

    // Beyond it one film would be most of its genre's choices.
    private const double MostDeviation = 2;

    /// <summary>Draws the likings, lognormal with median 1 and cut at two standard deviations, in thousandths.</summary>
    /// <param name="count">The number of films.</param>
    /// <param name="spread">σ of the logarithm.</param>
    /// <param name="random">The stream of this world.</param>
    public static long[] Draw(int count, double spread, SplitMix64 random)
    {
        var likings = new long[count];
        for (var film = 0; film < count; film++)
        {
            var deviation = Math.Clamp(random.Normal(), -MostDeviation, MostDeviation);
            likings[film] = Math.Max(1, (long)Math.Round(Math.Exp(spread * deviation) * UnitsPerOne));
        }

        return likings;
    }
}
