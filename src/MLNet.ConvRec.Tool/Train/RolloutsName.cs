using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The names, on the command line, of what rollouts are drawn from.</summary>
internal static class RolloutsName
{
    public const string Lines = "lines";
    public const string First = "first";

    /// <summary>What can be written.</summary>
    public const string All = $"{Lines}|{First}";

    /// <summary>Reads <c>--rollouts</c>; nothing written is <see langword="null"/>.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static RolloutDistribution? Parse(string written) => written switch
    {
        "" => null,
        Lines => RolloutDistribution.Lines,
        First => RolloutDistribution.FirstLine,
        _ => throw new ArgumentException($"--rollouts {written} is unknown; choose {Lines} or {First}."),
    };
}
