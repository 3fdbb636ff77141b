using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Evaluation.Metrics;

namespace MLNet.ConvRec.Evaluation;

/// <summary>How a system is evaluated.</summary>
/// <remarks>Immutable. Systems that are compared should be evaluated with the same options.</remarks>
public sealed record EvaluationOptions
{
    /// <summary>The list depths k of recall@k, ndcg@k, mrr@k and hitRate@k. The default is 1, 5, 10, 20.</summary>
    public IReadOnlyList<int> Cutoffs { get; init; } = [1, 5, 10, 20];

    /// <summary>How ranks are counted. The default is <see cref="EvaluationProtocol.FixedRanks"/>.</summary>
    public EvaluationProtocol Protocol { get; init; } = EvaluationProtocol.FixedRanks;

    /// <summary>How many times the conversations or dialogues are resampled for an interval. The default is 2,000.</summary>
    public int Resamples { get; init; } = 2000;

    /// <summary>What a resample draws and a paired test pairs as a whole. The default is <see cref="ResamplingUnit.Conversation"/>.</summary>
    public ResamplingUnit ResampleBy { get; init; } = ResamplingUnit.Conversation;

    /// <summary>The share of resamples that an interval holds, between 0 and 1. The default is 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Chooses the resamples; the same number of conversations gives every system the same ones. The default is 3407.</summary>
    public int Seed { get; init; } = 3407;

    /// <summary>
    /// How often train names each item, by catalog index, for popularity and novelty. The default, <see langword="null"/>, takes the
    /// catalog's own <see cref="Catalog.CatalogItem.Popularity"/>; without either the two metrics are left out.
    /// </summary>
    public IReadOnlyList<double>? TrainPopularity { get; init; }

    internal void Validate()
    {
        if (Cutoffs is not { Count: > 0 } || Cutoffs.Any(k => k < 1))
            throw new ArgumentException($"Cutoffs is [{string.Join(", ", Cutoffs ?? [])}]; give at least one depth, each 1 or more.");
        if (!Enum.IsDefined(Protocol))
            throw new ArgumentException($"Protocol is {(int)Protocol}; choose {string.Join(" or ", Enum.GetNames<EvaluationProtocol>())}.");
        if (!Enum.IsDefined(ResampleBy))
            throw new ArgumentException($"ResampleBy is {(int)ResampleBy}; choose {string.Join(" or ", Enum.GetNames<ResamplingUnit>())}.");
        if (Resamples < 1)
            throw new ArgumentException($"Resamples is {Resamples}; give 1 or more.");
        if (Confidence is not (> 0 and < 1))
            throw new ArgumentException($"Confidence is {Confidence}; give a share between 0 and 1, such as 0.95.");
    }
}
