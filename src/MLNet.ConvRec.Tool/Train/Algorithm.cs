namespace MLNet.ConvRec.Tool.Train;

/// <summary>How a policy is reinforced.</summary>
internal enum Algorithm
{
    RankGrpo,
    Grpo,
    Gspo,
}

/// <summary>The algorithms' names on the command line.</summary>
internal static class AlgorithmNames
{
    public const string RankGrpo = "rank-grpo";
    public const string Grpo = "grpo";
    public const string Gspo = "gspo";

    /// <summary>Returns an algorithm's name, which its progress has as its stage.</summary>
    public static string Of(Algorithm algorithm) => algorithm switch
    {
        Algorithm.Grpo => Grpo,
        Algorithm.Gspo => Gspo,
        _ => RankGrpo,
    };

    /// <summary>Reads <c>--algorithm</c>.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Algorithm Parse(string written) => written switch
    {
        RankGrpo => Algorithm.RankGrpo,
        Grpo => Algorithm.Grpo,
        Gspo => Algorithm.Gspo,
        _ => throw new ArgumentException($"--algorithm {written} is unknown; the algorithms are {RankGrpo}, {Grpo} and {Gspo}."),
    };
}
