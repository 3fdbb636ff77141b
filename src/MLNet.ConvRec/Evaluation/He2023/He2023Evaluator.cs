using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Evaluation;

/// <summary>
/// Evaluates lists by the protocol of He et al., "Large Language Models as Zero-Shot Conversational Recommenders" (CIKM 2023), so that
/// numbers can be set beside the published ones.
/// </summary>
/// <remarks>
/// It differs from <see cref="RecommendationEvaluator"/>: a row is a pair of a context and one true name, names are compared without years,
/// filters let later names move up, and repeats keep their rank.
/// </remarks>
public static class He2023Evaluator
{
    /// <summary>Evaluates lists.</summary>
    /// <param name="lists">The lists; read once.</param>
    /// <param name="options">Filters, pairs and depths; <see langword="null"/> for the paper's usual setting.</param>
    public static He2023Evaluation Evaluate(IEnumerable<He2023List> lists, He2023Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(lists);
        options ??= new He2023Options();
        options.Validate();
        int[] ranks = [.. lists.SelectMany(list => Ranks(list, options))];
        var metrics = new Dictionary<string, He2023Estimate>(StringComparer.Ordinal);
        foreach (var k in ranks.Length == 0 ? [] : options.Cutoffs)
        {
            metrics[MetricNames.Recall(k)] = Estimate(ranks, k, _ => 1);
            metrics[MetricNames.Ndcg(k)] = Estimate(ranks, k, RankDiscount.At);
            metrics[MetricNames.Mrr(k)] = Estimate(ranks, k, rank => 1.0 / rank);
        }

        return new He2023Evaluation(ranks.Length, metrics);
    }

    // The rank of each true name that counts; 0 where the list lacks it.
    private static IEnumerable<int> Ranks(He2023List list, He2023Options options)
    {
        var seen = list.Seen.ToHashSet(StringComparer.Ordinal);
        var names = list.Names
            .Where(name => !options.OutOfVocabularyFiltered || name.Distance <= options.LargestDistance)
            .Select(name => name.Nearest)
            .Where(name => !options.SeenExcluded || !seen.Contains(name))
            .ToList();
        return list.GroundTruth
            .Where(name => options.Condition switch
            {
                He2023Condition.Recommendation => !seen.Contains(name),
                He2023Condition.Discussion => seen.Contains(name),
                _ => true,
            })
            .Select(name => names.IndexOf(name) + 1);
    }

    private static He2023Estimate Estimate(int[] ranks, int k, Func<int, double> worth)
    {
        var values = Array.ConvertAll(ranks, rank => rank > 0 && rank <= k ? worth(rank) : 0);
        var mean = values.Average();
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
        return new He2023Estimate(mean, values.Length > 1 ? Math.Sqrt(variance / values.Length) : null);
    }
}
