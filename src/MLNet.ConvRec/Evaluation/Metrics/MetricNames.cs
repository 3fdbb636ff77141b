using System.Globalization;
using MLNet.ConvRec.Demonstrations;

namespace MLNet.ConvRec.Evaluation;

/// <summary>The names of the metrics, as <c>metrics.json</c> and the tables carry them.</summary>
public static class MetricNames
{
    /// <summary>Share of a list's lines that name an item of the catalog by title and year; over dialogues with a list.</summary>
    public const string InCatalog = "inCatalog";

    /// <summary>Share of a list's lines whose (title, year) stood earlier in the same list; over dialogues with a list.</summary>
    public const string Repeats = "repeats";

    /// <summary>Share of a list's lines that can't be read as an item; over dialogues with a list.</summary>
    public const string Malformed = "malformed";

    /// <summary>Number of lines of a list; 0 for a dialogue without one.</summary>
    public const string ListLength = "listLength";

    /// <summary>Mean count by which train names the listed items of the catalog.</summary>
    public const string Popularity = "popularity";

    /// <summary>Mean −log2 of the share of train's mentions that fall on the listed items, each count plus one; in bits.</summary>
    public const string Novelty = "novelty";

    /// <summary>Share of the catalog that stands in any list; a value of the system, without interval.</summary>
    public const string Coverage = "coverage";

    /// <summary>
    /// Gini coefficient of how often each item of the catalog is listed: 0 all equally, towards 1 a few only; a value of the system,
    /// without interval.
    /// </summary>
    public const string Gini = "gini";

    /// <summary>Hits among the first k lines over the number of true items.</summary>
    /// <param name="k">The depth.</param>
    public static string Recall(int k) => At("recall", k);

    /// <summary>Discounted gain of the hits among the first k lines over that of the best list.</summary>
    /// <param name="k">The depth.</param>
    public static string Ndcg(int k) => At("ndcg", k);

    /// <summary>Reciprocal rank of the first hit among the first k lines; 0 without one.</summary>
    /// <param name="k">The depth.</param>
    public static string Mrr(int k) => At("mrr", k);

    /// <summary>1 if any of the first k lines hits, else 0.</summary>
    /// <param name="k">The depth.</param>
    public static string HitRate(int k) => At("hitRate", k);

    private static string At(string name, int k) => string.Create(CultureInfo.InvariantCulture, $"{name}@{k}");
}
