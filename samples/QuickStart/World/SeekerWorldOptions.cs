namespace QuickStart.World;

/// <summary>The size and the nature of the simulated world.</summary>
internal sealed record SeekerWorldOptions
{
    /// <summary>Dialogues to train on. The default is 3,000.</summary>
    public int TrainCount { get; init; } = 3000;

    /// <summary>Dialogues to stop on. The default is 300.</summary>
    public int ValidCount { get; init; } = 300;

    /// <summary>Dialogues to report on. The default is 600.</summary>
    public int TestCount { get; init; } = 600;

    /// <summary>How far apart the likings of films are: σ of their logarithm, 0 to 3; 0 likes all alike. The default is 1.2.</summary>
    public double LikingSpread { get; init; } = 1.2;

    /// <summary>How many percent of the seekers have a second taste beside their main one. The default is 20.</summary>
    public int SecondTastePercent { get; init; } = 20;

    /// <summary>The fewest titles that a genre must be the first of, to be somebody's taste. The default is 8.</summary>
    public int FewestFilmsOfTaste { get; init; } = 8;

    /// <summary>Throws unless every option is in its range.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        if (TrainCount < 1 || ValidCount < 1 || TestCount < 1)
        {
            throw new ArgumentException(
                $"TrainCount, ValidCount and TestCount must be at least 1, not {TrainCount}, {ValidCount} and {TestCount}.");
        }

        if (LikingSpread is not (>= 0 and <= 3))
            throw new ArgumentException($"LikingSpread must be from 0 to 3, not {LikingSpread}.");
        if (SecondTastePercent is < 0 or > 100)
            throw new ArgumentException($"SecondTastePercent must be from 0 to 100, not {SecondTastePercent}.");
        if (FewestFilmsOfTaste < 2 * SeekerCrowd.MostFilms)
            throw new ArgumentException($"FewestFilmsOfTaste must be at least {2 * SeekerCrowd.MostFilms}, not {FewestFilmsOfTaste}.");
    }
}
