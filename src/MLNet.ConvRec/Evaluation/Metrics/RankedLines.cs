using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation.Metrics;

/// <summary>A recommendation list as lines in rank order: an item, or <see langword="null"/> for a line that can't be read.</summary>
internal static class RankedLines
{
    /// <summary>The deepest rank that a list may have.</summary>
    public const int MaximumRank = 10_000;

    /// <summary>Puts the recommendations at their ranks; a rank that the list leaves out is a line that can't be read.</summary>
    /// <exception cref="InvalidDataException">A rank stands twice, or is below 1 or above <see cref="MaximumRank"/>.</exception>
    public static ItemReference?[] Of(RecommendationList list)
    {
        var lines = new ItemReference?[list.Recommendations.Count == 0 ? 0 : list.Recommendations.Max(line => Checked(list.Id, line.Rank))];
        var filled = new bool[lines.Length];
        foreach (var line in list.Recommendations)
        {
            var index = Checked(list.Id, line.Rank) - 1;
            if (filled[index])
                throw new InvalidDataException($"The list of dialogue '{list.Id}' has rank {line.Rank} twice; number its lines 1, 2, 3, …");
            filled[index] = true;
            lines[index] = string.IsNullOrWhiteSpace(line.Title) ? null : new ItemReference(line.Title, line.Year);
        }

        return lines;
    }

    private static int Checked(string id, int rank) => rank is >= 1 and <= MaximumRank
        ? rank
        : throw new InvalidDataException($"The list of dialogue '{id}' has the rank {rank}; ranks go from 1 to {MaximumRank}.");
}
