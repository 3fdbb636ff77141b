namespace MLNet.ConvRec.Evaluation;

/// <summary>Which pairs of a context and a true name count.</summary>
public enum He2023Condition
{
    /// <summary>The true name is new to the context: a recommendation.</summary>
    Recommendation,

    /// <summary>The context has already named it: the talk goes on about it.</summary>
    Discussion,

    /// <summary>Both.</summary>
    All,
}

/// <summary>How <see cref="He2023Evaluator"/> evaluates; the defaults are the paper's usual setting.</summary>
/// <remarks>Immutable.</remarks>
public sealed record He2023Options
{
    /// <summary>
    /// Whether names further than <see cref="LargestDistance"/> from every name of the vocabulary are dropped, so that later ones move up.
    /// The default is <see langword="true"/>.
    /// </summary>
    public bool OutOfVocabularyFiltered { get; init; } = true;

    /// <summary>Whether names that the context has already named are dropped. The default is <see langword="true"/>.</summary>
    public bool SeenExcluded { get; init; } = true;

    /// <summary>Which pairs count. The default is <see cref="He2023Condition.Recommendation"/>.</summary>
    public He2023Condition Condition { get; init; } = He2023Condition.Recommendation;

    /// <summary>The largest edit distance of a name of the vocabulary. The default is 2.</summary>
    public int LargestDistance { get; init; } = 2;

    /// <summary>The list depths k. The default is 1, 5, 10, 20.</summary>
    public IReadOnlyList<int> Cutoffs { get; init; } = [1, 5, 10, 20];

    internal void Validate()
    {
        if (Cutoffs is not { Count: > 0 } || Cutoffs.Any(k => k < 1))
            throw new ArgumentException($"Cutoffs is [{string.Join(", ", Cutoffs ?? [])}]; give at least one depth, each 1 or more.");
        if (!Enum.IsDefined(Condition))
            throw new ArgumentException($"Condition is {(int)Condition}; choose {string.Join(" or ", Enum.GetNames<He2023Condition>())}.");
        if (LargestDistance < 0)
            throw new ArgumentException($"LargestDistance is {LargestDistance}; give 0 or more.");
    }
}
