using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using QuickStart;

namespace ReproducePaper;

/// <summary>What all methods share: how imitation is trained, on what is reinforced, and for how long.</summary>
internal sealed record Recipe
{
    private const int TuningCountOfReal = 600;

    /// <summary>Backbone, demonstrations and imitation.</summary>
    public required TrainingRecipe Training { get; init; }

    /// <summary>
    /// Share of train's conversations that the demonstrations know nothing of; only these are reinforced. 0: what was not imitated is reinforced, though the
    /// demonstrations' counts know it.
    /// </summary>
    public double HeldOut { get; init; }

    /// <summary>Learning rates of which each method keeps its best on valid.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Dialogues of valid by which rates are chosen and the best weights of a run are kept.</summary>
    public required int TuningCount { get; init; }

    /// <summary>Whether the rest of valid is reported on instead of test.</summary>
    public bool IsReportedOnValid { get; init; }

    /// <summary>Whether the teacher also grades candidates (Reflect); otherwise Reflect does nothing.</summary>
    public bool IsJudged { get; init; }

    /// <summary>A file of demonstrations that are imitated as they are; none by default: they are built of the teacher's lists.</summary>
    public string? DemonstrationsPath { get; init; }

    /// <summary>Whether each seed begins with an imitation of its own, or all begin with the first seed's.</summary>
    public bool HasStartPerSeed { get; init; }

    /// <summary>What of it a reader must know to do the runs again.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts =>
    [
        new("held out for reinforcement", FormattableString.Invariant($"{HeldOut:P0} of train's conversations")),
        new("rates tried", string.Join(", ", Rates.Select(rate => FormattableString.Invariant($"{rate:0.######}")))),
        new("imitation", FormattableString.Invariant($"{(Training.Sft.MaxSteps is { } steps ? $"{steps} steps" : $"{Training.Sft.Epochs} epochs")} in batches of {Training.Sft.BatchSize}")),
        new("reinforcement", FormattableString.Invariant($"{Training.RankGrpo.Steps} steps of {Training.RankGrpo.BatchSize} dialogues with {Training.RankGrpo.GroupSize} lists each, KL coefficient {Training.RankGrpo.KlCoefficient}")),
    ];

    /// <summary>The recipe for data.</summary>
    public static Recipe For(QuickStartData data) => data.IsSimulated
        ? new Recipe { Training = TrainingRecipe.World, Rates = [1e-4, 4e-4, 1.6e-3], TuningCount = 150, HasStartPerSeed = true }
        : new Recipe
        {
            Training = TrainingRecipe.Paper with
            {
                // Of what the demonstrations may know half is imitated: as many contexts as QuickStart's quarter of all.
                Demonstrations = TrainingRecipe.Paper.Demonstrations with { Share = 0.5, Substitutions = 3 },
                RankGrpo = new RankGrpoOptions { Steps = 100, BatchSize = 64, LearningRate = 1e-4, FinalRateRatio = 0.2 },
            },
            Rates = [3e-5, 1e-4, 3e-4],
            HeldOut = 0.5,
            TuningCount = Math.Min(TuningCountOfReal, data.Valid.Count),
            IsReportedOnValid = data.Valid.Count > 2 * TuningCountOfReal,
        };

    /// <summary>Puts in what the command line asks for.</summary>
    /// <exception cref="ArgumentException">Known dialogues are to be reinforced instead of held-out ones, and none are held out.</exception>
    public Recipe With(Options options)
    {
        if (options.IsKnownReinforced && (options.HeldOut ?? HeldOut) == 0)
            throw new ArgumentException("--reinforce-known needs conversations that are held out, instead of which known ones are reinforced; add --held-out 0.5, or leave it out.");
        var (demonstrations, sft, rankGrpo) = (Training.Demonstrations, Training.Sft, Training.RankGrpo);
        return this with
        {
            HeldOut = options.HeldOut ?? HeldOut,
            IsJudged = options.IsJudged,
            Rates = options.Rates ?? Rates,
            Training = Training with
            {
                Demonstrations = demonstrations with { Share = options.Share ?? demonstrations.Share, Substitutions = options.Substitutions ?? demonstrations.Substitutions },
                Sft = sft with { MaxSteps = options.SftSteps ?? sft.MaxSteps },
                RankGrpo = rankGrpo with
                {
                    Steps = options.Steps ?? rankGrpo.Steps,
                    BatchSize = options.BatchSize ?? rankGrpo.BatchSize,
                    KlCoefficient = options.KlCoefficient ?? rankGrpo.KlCoefficient,
                },
            },
        };
    }
}
