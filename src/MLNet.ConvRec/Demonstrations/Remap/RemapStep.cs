using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>Remap: carries the teacher's list over to the catalog (spec: "Demonstrations (RRA)").</summary>
internal static class RemapStep
{
    /// <summary>The position score p_k = 1/√k of rank k, counted from 1.</summary>
    public static double PositionScore(int rank) => 1 / Math.Sqrt(rank);

    /// <summary>s(c) = Σ_k p_k (S(y_k, c) + [y_k names c]) + λ s_conv(c).</summary>
    /// <param name="lines">The teacher's lines y_k by rank.</param>
    /// <param name="conversation">s_conv: similarity of the dialogue to items.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="itemCount">The number of items in the catalog.</param>
    /// <returns>The score of every item.</returns>
    public static double[] Score(IReadOnlyList<ListedLine> lines, SparseScores conversation, double lambda, int itemCount)
    {
        var scores = new double[itemCount];
        for (var k = 0; k < lines.Count; k++)
        {
            var positionScore = PositionScore(k + 1);
            lines[k].Similarity.AddTo(scores, positionScore);
            if (lines[k].Names is { } named)
                scores[named] += positionScore;
        }

        conversation.AddTo(scores, lambda);
        return scores;
    }
}
