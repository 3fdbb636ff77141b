using MLNet.ConvRec.Demonstrations;

namespace MLNet.ConvRec.Evaluation;

/// <summary>The names of the rows that tables and <c>metrics.json</c> share.</summary>
public static class SystemNames
{
    /// <summary>The items that train names most often.</summary>
    public const string Popularity = "popularity";

    /// <summary>The items that train names together with the seen ones.</summary>
    public const string NamedTogether = "namedTogether";

    /// <summary>The naive repeater of the context's items.</summary>
    public const string Repeater = "repeater";

    /// <summary>The teacher's own list.</summary>
    public const string Teacher = "teacher";

    /// <summary>The policy after imitation.</summary>
    public const string Sft = "sft";

    /// <summary>The policy after reinforcement by Rank-GRPO.</summary>
    public const string RankGrpo = "rankGrpo";
}
