namespace MLNet.ConvRec.Evaluation;

/// <summary>How the ranks of a list are counted.</summary>
public enum EvaluationProtocol
{
    /// <summary>Every line keeps its rank, a bad one is a miss there; the same as the reward.</summary>
    FixedRanks,

    /// <summary>
    /// Unreadable lines, lines outside the catalog and lines with a seen title are removed first, so that later ones move up (the paper's
    /// evaluation). Repeats stay.
    /// </summary>
    PaperFiltered,
}
