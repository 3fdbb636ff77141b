using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation.Metrics;

namespace MLNet.ConvRec.Evaluation;

/// <summary>What a system's scores are worth: whether lines with a higher one hit more often, and whether a score says how often.</summary>
/// <remarks>Immutable; an entry of <c>calibration</c> in <c>metrics.json</c>.</remarks>
public sealed record ScoreCalibration
{
    /// <summary>The number of bins that lines are cut into where there are as many.</summary>
    public const int BinCount = 10;

    /// <summary>The system's name.</summary>
    public required string Name { get; init; }

    /// <summary>Bins of as many lines each, but for a remainder and for equal scores, which stay together; the lowest scores first.</summary>
    public required IReadOnlyList<CalibrationBin> Bins { get; init; }

    /// <summary>
    /// The chance that a line that hits has a higher score than one of any dialogue that doesn't, equal scores counted half (the area under the ROC curve), in
    /// [0, 1]; <see langword="null"/> where all lines hit, or none.
    /// </summary>
    public double? Discrimination { get; init; }

    /// <summary>
    /// The expected calibration error, Σ_bins (lines / all lines) |predicted − hit rate| (Naeini et al., AAAI 2015), in [0, 1]; <see langword="null"/> where scores
    /// are no log-probabilities.
    /// </summary>
    public double? ExpectedError { get; init; }

    /// <summary>Looks at all lines of all dialogues with ground truth.</summary>
    /// <param name="name">The system's name.</param>
    /// <param name="lists">Its lists. Those of dialogues that aren't given, or that have no ground truth, are left out.</param>
    /// <param name="dialogues">The dialogues.</param>
    /// <param name="catalog">The catalog that lines must be in to hit.</param>
    /// <exception cref="InvalidDataException">A score is no finite number, ranks are impossible, or there is no line.</exception>
    public static ScoreCalibration Of(string name, IEnumerable<RecommendationList> lists, IEnumerable<Dialogue> dialogues, ItemCatalog catalog)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentNullException.ThrowIfNull(catalog);
        var judged = dialogues.Where(dialogue => dialogue.GroundTruth.Count > 0).ToDictionary(dialogue => dialogue.Id, StringComparer.Ordinal);
        var matcher = new TitleMatcher(catalog);
        (double Score, bool IsHit)[] lines = [.. lists.Where(list => judged.ContainsKey(list.Id)).SelectMany(list => Lines(list, judged[list.Id], matcher, catalog)).OrderBy(line => line.Score)];
        if (lines.Length == 0)
            throw new InvalidDataException($"{name}: there is no line of a dialogue with ground truth; give the scored dialogues.");
        var isLogarithm = lines[^1].Score <= 0;
        CalibrationBin[] bins = [.. Cut(lines).Select(bin => Bin(bin, isLogarithm))];
        return new ScoreCalibration
        {
            Name = name,
            Bins = bins,
            Discrimination = AreaUnderCurve(lines),
            ExpectedError = isLogarithm ? bins.Sum(bin => (double)bin.Lines / lines.Length * Math.Abs(bin.Predicted!.Value - bin.HitRate)) : null,
        };
    }

    private static IEnumerable<(double Score, bool IsHit)> Lines(RecommendationList list, Dialogue dialogue, TitleMatcher matcher, ItemCatalog catalog)
    {
        var hits = matcher.Hits(RankedLines.Of(list), SeenItems.Of(dialogue, catalog), dialogue.GroundTruth);
        return list.Recommendations.Select(line => double.IsFinite(line.Score)
            ? (line.Score, hits[line.Rank - 1])
            : throw new InvalidDataException($"The list of dialogue '{list.Id}' has no finite score at rank {line.Rank}; calibration needs one in each line."));
    }

    // Equal scores stand in one bin: nothing tells them apart.
    private static IEnumerable<ArraySegment<(double Score, bool IsHit)>> Cut((double Score, bool IsHit)[] lines)
    {
        for (int start = 0, bin = 1; start < lines.Length; bin++)
        {
            var end = Math.Max(start + 1, (int)((long)lines.Length * bin / BinCount));
            while (end < lines.Length && lines[end].Score == lines[end - 1].Score)
                end++;
            yield return new ArraySegment<(double, bool)>(lines, start, end - start);
            start = end;
        }
    }

    private static CalibrationBin Bin(ArraySegment<(double Score, bool IsHit)> lines, bool isLogarithm) => new(
        lines.Count, lines[0].Score, lines[^1].Score, isLogarithm ? lines.Average(line => Math.Exp(line.Score)) : null, lines.Average(line => line.IsHit ? 1.0 : 0));

    // Mann and Whitney's U over the number of pairs, by the ranks of the hits; equal scores share the mean of their ranks.
    private static double? AreaUnderCurve((double Score, bool IsHit)[] lines)
    {
        double hits = lines.Count(line => line.IsHit), misses = lines.Length - hits, ranks = 0;
        for (int start = 0, end; start < lines.Length; start = end)
        {
            end = start;
            while (end < lines.Length && lines[end].Score == lines[start].Score)
                end++;
            ranks += lines[start..end].Count(line => line.IsHit) * ((start + 1 + end) / 2.0);
        }

        return hits == 0 || misses == 0 ? null : (ranks - (hits * (hits + 1) / 2)) / (hits * misses);
    }
}
