using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>How demonstrations are built (paper: Remap-Reflect-Adjust). Defaults are the paper's where it gives them.</summary>
public sealed record DemonstrationOptions
{
    /// <summary>The steps that are taken. The default is all three.</summary>
    public DemonstrationSteps Steps { get; init; } = DemonstrationSteps.All;

    /// <summary>λ: what the dialogue's own similarity to an item counts beside the teacher's list. The default is 1.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>γ: what the best grade of the judge adds to a score. The default is 0.5.</summary>
    public double Gamma { get; init; } = 0.5;

    /// <summary>L: the judge's grades lie from −L to +L. The default is 2.</summary>
    public int RatingScale { get; init; } = 2;

    /// <summary>N_r: how many of the best items the judge is asked about. The default is 100.</summary>
    public int Candidates { get; init; } = 100;

    /// <summary>
    /// Share of train's conversations that are imitated, chosen by <see cref="Seed"/>; reinforcement meets the others unseen. The default
    /// is 0.25.
    /// </summary>
    public double Share { get; init; } = 0.25;

    /// <summary>
    /// Share of train's conversations, chosen by <see cref="Seed"/>, of which neither counts nor weights know anything and none is imitated, so that
    /// reinforcement meets them as the policy will meet users: what it earns there is honest. With <see cref="Share"/> at most 1; where they make 1, nothing
    /// else is reinforced. The default is 0.
    /// </summary>
    public double HeldOut { get; init; }

    /// <summary>
    /// Share of train's conversations that the teacher is asked about to fit the weights, the imitated ones first; less costs less where a
    /// teacher is paid by the list. The default is 1.
    /// </summary>
    public double FitShare { get; init; } = 1;

    /// <summary>N: the length of a demonstration. The default is 20.</summary>
    public int ListLength { get; init; } = 20;

    /// <summary>How many similar items S keeps of each listed name. The default is 50.</summary>
    public int Neighbours { get; init; } = 50;

    /// <summary>How similarities are blended; <see langword="null"/>, the default, fits the weights to train.</summary>
    public SimilarityWeights? Similarity { get; init; }

    /// <summary>
    /// Strength of the L2 pull of Adjust towards w = 1, b = 0, beside the mean log-likelihood of a chosen item. The default is 0.01.
    /// </summary>
    public double Regularization { get; init; } = 0.01;

    /// <summary>The fit ends when no component of its gradient exceeds this times the objective's value. The default is 1e-6.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>The fit ends after this many steps in any case. The default is 200.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>
    /// In how many parts train is divided so that no conversation's demonstration comes from weights fitted to its own answers. The default
    /// is 4.
    /// </summary>
    public int Folds { get; init; } = 4;

    /// <summary>
    /// How many copies of each imitated dialogue, with its items exchanged for others, <c>ItemSubstitution</c> adds. The default is 0.
    /// </summary>
    public int Substitutions { get; init; }

    /// <summary>
    /// Whether such a copy keeps all that was said, not only the turns that name an item: longer prompts, which say more. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool AreAllTurnsCopied { get; init; }

    /// <summary>How many lists the teacher is asked for at the same time. The default is 4.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>The seed of every choice. The default is 3407.</summary>
    public int Seed { get; init; } = 3407;

    /// <summary>Ends a fit with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Returns the dialogues of train of which demonstrations, and whatever else shall not know the answers of <see cref="HeldOut"/>, may be made.</summary>
    /// <param name="train">The dialogues of train.</param>
    public IReadOnlyList<Dialogue> WithoutHeldOut(IReadOnlyList<Dialogue> train)
    {
        ArgumentNullException.ThrowIfNull(train);
        return HeldOut > 0 ? [.. train.Where(dialogue => !ImitatedShare.IsHeldOut(dialogue.ConversationId, this))] : train;
    }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        Require((Steps & ~DemonstrationSteps.All) == 0, nameof(Steps), Steps, "a combination of Remap, Reflect and Adjust");
        Require(double.IsFinite(Lambda) && Lambda >= 0, nameof(Lambda), Lambda, "0 or more");
        Require(double.IsFinite(Gamma) && Gamma >= 0, nameof(Gamma), Gamma, "0 or more");
        Require(RatingScale >= 1, nameof(RatingScale), RatingScale, "1 or more");
        Require(Candidates >= 1, nameof(Candidates), Candidates, "1 or more");
        Require(Share is >= 0 and <= 1, nameof(Share), Share, "from 0 to 1");
        Require(HeldOut is >= 0 and < 1 && HeldOut + Share <= 1, nameof(HeldOut), HeldOut, FormattableString.Invariant($"0 or more, below 1, and with Share ({Share}) at most 1"));
        Require(FitShare is > 0 and <= 1, nameof(FitShare), FitShare, "above 0 and at most 1");
        Require(ListLength >= 1, nameof(ListLength), ListLength, "1 or more");
        Require(Neighbours >= 1, nameof(Neighbours), Neighbours, "1 or more");
        var weights = Similarity?.ToArray() ?? [];
        Require(weights.All(weight => double.IsFinite(weight) && weight >= 0), nameof(Similarity), Similarity, "weights of 0 or more");
        Require(double.IsFinite(Regularization) && Regularization > 0, nameof(Regularization), Regularization, "more than 0");
        Require(Tolerance is > 0 and < 1, nameof(Tolerance), Tolerance, "between 0 and 1");
        Require(MaxIterations >= 1, nameof(MaxIterations), MaxIterations, "1 or more");
        Require(Folds >= 2, nameof(Folds), Folds, "2 or more");
        Require(Substitutions >= 0, nameof(Substitutions), Substitutions, "0 or more");
        Require(Concurrency >= 1, nameof(Concurrency), Concurrency, "1 or more");
    }

    private static void Require(bool isValid, string option, object? value, string range)
    {
        if (!isValid)
            throw new ArgumentException(FormattableString.Invariant($"DemonstrationOptions.{option} is {value}; it must be {range}."));
    }
}
