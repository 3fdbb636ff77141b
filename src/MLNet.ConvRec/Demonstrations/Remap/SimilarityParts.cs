using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reading;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>One dialogue's similarities before they are blended.</summary>
/// <param name="Lines">The teacher's read lines by rank.</param>
/// <param name="CoMention">Of the dialogue to items, by co-mention.</param>
/// <param name="Text">Of the dialogue to items, by the texts of its seen items.</param>
/// <param name="Words">Of the dialogue to items, by the words that were said.</param>
internal sealed record SimilarityParts(IReadOnlyList<LineParts> Lines, SparseScores CoMention, SparseScores Text, SparseScores Words)
{
    /// <summary>The number of blended parts; being named comes before them.</summary>
    public const int Count = 5;

    /// <summary>How many of them are a line's; the others are the dialogue's, and λ weighs them.</summary>
    public const int LinePartCount = 2;

    /// <summary>Returns s(c) of Remap for every item.</summary>
    /// <param name="weights">The weights of the parts.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="itemCount">The number of items.</param>
    public double[] Remap(SimilarityWeights weights, double lambda, int itemCount) => RemapStep.Score(
        [.. Lines.Select(line => line.Blend(weights))],
        SparseScores.Blend(
            (CoMention, weights.ConversationCoMention), (Text, weights.ConversationText), (Words, weights.ConversationWords)),
        lambda,
        itemCount);

    /// <summary>
    /// Returns the scores that the options ask for: of Remap, or without it of the named items alone, Σ_k p_k [y_k names c].
    /// </summary>
    public double[] Remap(SimilarityWeights weights, DemonstrationOptions options, int itemCount) =>
        options.Steps.HasFlag(DemonstrationSteps.Remap)
            ? Remap(weights, options.Lambda, itemCount)
            : RemapStep.Score([.. Lines.Select(line => line.NameAlone)], SparseScores.Empty, 0, itemCount);

    /// <summary>
    /// Returns what being named alone gives, and then what each part alone gives, with weight 1: Remap is their weighted sum.
    /// </summary>
    /// <param name="itemCount">The number of items.</param>
    public double[][] Features(int itemCount)
    {
        var named = Remap(new SimilarityWeights(), 0, itemCount);
        var features = new double[Count + 1][];
        features[0] = named;
        for (var part = 0; part < Count; part++)
        {
            var alone = new double[Count];
            alone[part] = 1;
            var feature = Remap(SimilarityWeights.FromArray(alone), 1, itemCount);
            foreach (var item in Lines.Where(line => line.Names is not null).Select(line => line.Names!.Value).Distinct())
                feature[item] -= named[item];
            features[part + 1] = feature;
        }

        return features;
    }
}

/// <summary>One line's similarities before they are blended.</summary>
/// <param name="Names">The catalog item that the line names, or <see langword="null"/>.</param>
/// <param name="CoMention">Of the named item to the others, by co-mention.</param>
/// <param name="Text">Of the named item, or of the name, to the others, by text.</param>
internal sealed record LineParts(int? Names, SparseScores CoMention, SparseScores Text)
{
    /// <summary>The line without what is similar to it.</summary>
    public ListedLine NameAlone => new(Names, SparseScores.Empty);

    /// <summary>Blends S(y_k, ·); the named item is always as similar as can be, 1.</summary>
    public ListedLine Blend(SimilarityWeights weights)
    {
        var itself = Names is { } named ? new SparseScores([named], [1]) : SparseScores.Empty;
        return new ListedLine(Names, SparseScores.Blend((itself, 1), (CoMention, weights.LineCoMention), (Text, weights.LineText)));
    }
}
