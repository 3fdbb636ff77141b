
namespace MLNet.ConvRec.Evaluation;

/// <summary>What the protocol of He et al. found.</summary>
/// <param name="Pairs">The number of rows: pairs of a context and one true name.</param>
/// <param name="Metrics">recall@k, ndcg@k and mrr@k by name (<see cref="MetricNames"/>); empty where there is no pair.</param>
public sealed record He2023Evaluation(int Pairs, IReadOnlyDictionary<string, He2023Estimate> Metrics);

/// <summary>A mean over pairs of a context and one true name.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">
/// The sample standard deviation over the square root of the number of pairs; <see langword="null"/> for a single pair.
/// </param>
public sealed record He2023Estimate(double Mean, double? StandardError);
