using System.Globalization;
using MLNet.ConvRec.Training.RankGrpo;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The rewards' names on the command line.</summary>
internal static class RewardName
{
    /// <summary>What can be written.</summary>
    public const string All = "exp-infinity|exp=G|dcg-from|windowed=W";

    /// <summary>Reads <c>--reward</c>; nothing written is <see langword="null"/>.</summary>
    /// <exception cref="ArgumentException">It can't be read; the sentence says what to write.</exception>
    public static RankReward? Parse(string written)
    {
        var sides = written.Split('=', 2);
        return (sides[0], sides.Length) switch
        {
            ("", 1) => null,
            ("exp-infinity", 1) => new RankReward.ExpInfinity(),
            ("dcg-from", 1) => new RankReward.DcgFrom(),
            ("exp", 2) when double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var gamma) && gamma >= 1 && double.IsFinite(gamma) =>
                new RankReward.Exp(gamma),
            ("exp", 2) => throw new ArgumentException($"--reward {written}: Γ must be a number from 1 on, such as --reward exp=2; its limit is exp-infinity."),
            ("windowed", 2) when int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width >= 1 => new RankReward.Windowed(width),
            ("windowed", 2) => throw new ArgumentException($"--reward {written}: w must be a whole number from 1 on, such as --reward windowed=3."),
            _ => throw new ArgumentException($"--reward {written} can't be read; write one of {All.Replace("|", ", ", StringComparison.Ordinal)}, for example --reward exp=2."),
        };
    }
}
