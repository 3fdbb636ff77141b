namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>How the losses of a list's ranks are averaged.</summary>
public enum LossAggregation
{
    /// <summary>Each rank weighs the same, 1/(G N): the paper. Missing ranks count in N.</summary>
    RankMean,

    /// <summary>Each token weighs the same within its list: the authors' code.</summary>
    TokenMean,
}
