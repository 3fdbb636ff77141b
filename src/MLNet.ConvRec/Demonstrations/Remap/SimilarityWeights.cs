using MLNet.ConvRec.Demonstrations.Reading;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>How the similarities are blended: S of a listed name and an item, and s_conv of the dialogue and an item.</summary>
/// <remarks>That a line names an item counts 1, so that each weight says how much a similarity is worth beside being named.</remarks>
public sealed record SimilarityWeights
{
    /// <summary>In S: co-mention in train of the listed and the other item.</summary>
    public double LineCoMention { get; init; }

    /// <summary>In S: likeness of the two items' texts; for a name outside the catalog, of the titles.</summary>
    public double LineText { get; init; }

    /// <summary>In s_conv: co-mention in train of the seen items and the item, averaged over the seen items.</summary>
    public double ConversationCoMention { get; init; }

    /// <summary>In s_conv: likeness of the texts of the seen items and the item, averaged over the seen items; with embeddings, likeness of the dialogue's
    /// own text and the item's.</summary>
    public double ConversationText { get; init; }

    /// <summary>In s_conv: how often the item was chosen in train after the dialogue's words, averaged over the words.</summary>
    public double ConversationWords { get; init; }

    internal double[] ToArray() => [LineCoMention, LineText, ConversationCoMention, ConversationText, ConversationWords];

    internal static SimilarityWeights FromArray(double[] weights) => new()
    {
        LineCoMention = weights[0],
        LineText = weights[1],
        ConversationCoMention = weights[2],
        ConversationText = weights[3],
        ConversationWords = weights[4],
    };
}
