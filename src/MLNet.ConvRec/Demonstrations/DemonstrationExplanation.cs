using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>One dialogue's way from the teacher's list to the demonstration, in numbers.</summary>
public sealed record DemonstrationExplanation
{
    /// <summary>The dialogue.</summary>
    public required Dialogue Dialogue { get; init; }

    /// <summary>The steps that were taken.</summary>
    public required DemonstrationSteps Steps { get; init; }

    /// <summary>The teacher's list as it was written.</summary>
    public required TeacherList TeacherList { get; init; }

    /// <summary>The lines that name something, by rank.</summary>
    public required IReadOnlyList<ExplainedLine> Lines { get; init; }

    /// <summary>How many lines were passed over as prose.</summary>
    public required int UnreadLines { get; init; }

    /// <summary>How the similarities are blended.</summary>
    public required SimilarityWeights Similarity { get; init; }

    /// <summary>The items among the best N after any step, best s_final first, those already seen among them.</summary>
    public required IReadOnlyList<ExplainedItem> Items { get; init; }

    /// <summary>The demonstration.</summary>
    public required IReadOnlyList<Recommendation> Demonstration { get; init; }
}

/// <summary>A line of the teacher's list as it was read.</summary>
/// <param name="Rank">Its rank k among the lines that name something.</param>
/// <param name="PositionScore">p_k = 1/√k.</param>
/// <param name="Name">The title as written.</param>
/// <param name="Year">The year as written, or <see langword="null"/>.</param>
/// <param name="Item">The catalog's item that it names, or <see langword="null"/> for one from outside.</param>
public sealed record ExplainedLine(int Rank, double PositionScore, string Name, int? Year, ItemReference? Item);

/// <summary>An item's scores through the steps. Ranks count from 1 and leave seen items out; <see langword="null"/> for a seen item.</summary>
public sealed record ExplainedItem
{
    /// <summary>The item.</summary>
    public required ItemReference Item { get; init; }

    /// <summary>Whether the dialogue has named it already, so that it can't be recommended.</summary>
    public required bool IsSeen { get; init; }

    /// <summary>Whether it is among the items that people really chose next. Never used in the making.</summary>
    public required bool IsTrue { get; init; }

    /// <summary>What Remap adds up: being named, then each blended similarity times its weight.</summary>
    public required RemapContributions Remap { get; init; }

    /// <summary>s after Remap.</summary>
    public required double RemapScore { get; init; }

    /// <summary>The rank after Remap.</summary>
    public int? RemapRank { get; init; }

    /// <summary>The judge's grade; <see langword="null"/> where it gave none.</summary>
    public double? Rating { get; init; }

    /// <summary>s after Reflect.</summary>
    public required double ReflectScore { get; init; }

    /// <summary>The rank after Reflect.</summary>
    public int? ReflectRank { get; init; }

    /// <summary>w of the item.</summary>
    public required double Weight { get; init; }

    /// <summary>b of the item.</summary>
    public required double Bias { get; init; }

    /// <summary>s_final.</summary>
    public required double FinalScore { get; init; }

    /// <summary>The rank in the end.</summary>
    public int? FinalRank { get; init; }
}

/// <summary>The terms of an item's score after Remap; their sum is the score.</summary>
/// <param name="Named">Σ p_k over the lines that name it, twice: S(y, y) = 1, and the naming itself.</param>
/// <param name="LineCoMention">From lines whose item train names together with it.</param>
/// <param name="LineText">From lines whose texts are alike.</param>
/// <param name="ConversationCoMention">λ times what the dialogue's items say by co-mention.</param>
/// <param name="ConversationText">λ times what the dialogue says by text.</param>
/// <param name="ConversationWords">λ times what the dialogue's words say.</param>
public sealed record RemapContributions(
    double Named, double LineCoMention, double LineText, double ConversationCoMention, double ConversationText, double ConversationWords);
