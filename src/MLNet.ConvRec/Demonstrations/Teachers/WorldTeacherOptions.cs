namespace MLNet.ConvRec.Demonstrations;

/// <summary>How the simulated <see cref="WorldTeacher"/> thinks, and how it writes: with a language model's faults.</summary>
public sealed record WorldTeacherOptions
{
    /// <summary>The length of its lists. The default is 20.</summary>
    public int ListLength { get; init; } = 20;

    /// <summary>What being rated by the same people as the dialogue's items counts. The default is 4.</summary>
    public double RatingWeight { get; init; } = 4;

    /// <summary>What being of the genres that the dialogue names or its items have counts. The default is 1.</summary>
    public double GenreWeight { get; init; } = 1;

    /// <summary>What being known to the world counts. The default is 1.</summary>
    public double PopularityWeight { get; init; } = 1;

    /// <summary>How far its memory strays: the scale of the noise on each score. The default is 0.1.</summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>Share of lines without a year. The default is 0.25.</summary>
    public double MissingYearRate { get; init; } = 0.25;

    /// <summary>Share of lines that repeat an earlier one. The default is 0.03.</summary>
    public double RepeatRate { get; init; } = 0.03;

    /// <summary>Share of lines that name an item which the dialogue has already named. The default is 0.02.</summary>
    public double SeenRate { get; init; } = 0.02;

    /// <summary>Share of lists that begin with a sentence of prose. The default is 0.15.</summary>
    public double ProseRate { get; init; } = 0.15;

    /// <summary>The seed of noise and faults, beside the dialogue's identifier. The default is 3407.</summary>
    public int Seed { get; init; } = 3407;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        if (ListLength < 1)
            throw new ArgumentException($"WorldTeacherOptions.ListLength is {ListLength}; it must be 1 or more.");
        foreach (var (name, weight) in ((string, double)[])[
            (nameof(RatingWeight), RatingWeight),
            (nameof(GenreWeight), GenreWeight),
            (nameof(PopularityWeight), PopularityWeight),
            (nameof(Noise), Noise)])
        {
            if (!double.IsFinite(weight) || weight < 0)
                throw new ArgumentException(FormattableString.Invariant($"WorldTeacherOptions.{name} is {weight}; it must be 0 or more."));
        }

        foreach (var (name, rate) in ((string, double)[])[
            (nameof(MissingYearRate), MissingYearRate),
            (nameof(RepeatRate), RepeatRate),
            (nameof(SeenRate), SeenRate),
            (nameof(ProseRate), ProseRate)])
        {
            if (rate is not (>= 0 and <= 1))
                throw new ArgumentException(FormattableString.Invariant($"WorldTeacherOptions.{name} is {rate}; it must be from 0 to 1."));
        }
    }
}
