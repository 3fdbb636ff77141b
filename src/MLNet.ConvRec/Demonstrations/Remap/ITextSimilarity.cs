using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>What texts alone tell about likeness: of items to each other, of a listed name and of a dialogue to items.</summary>
/// <remarks>Knows nothing of train. Safe for use from several threads.</remarks>
internal interface ITextSimilarity
{
    /// <summary>How many items have no text that can be compared: nothing is like them.</summary>
    int WithoutText { get; }

    /// <summary>Makes ready what names and dialogues will be asked about; to be awaited before they are.</summary>
    /// <param name="names">Listed names that the catalog lacks.</param>
    /// <param name="dialogues">Dialogues.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    ValueTask PrepareAsync(IEnumerable<string> names, IEnumerable<Dialogue> dialogues, CancellationToken cancellationToken);

    /// <summary>The items whose texts are nearest to an item's; without itself.</summary>
    SparseScores Nearest(int item);

    /// <summary>The items nearest to a listed name that the catalog lacks.</summary>
    SparseScores Nearest(string name);

    /// <summary>The items nearest to a dialogue.</summary>
    /// <param name="dialogue">The dialogue.</param>
    /// <param name="seen">The catalog's items that it names.</param>
    SparseScores Nearest(Dialogue dialogue, IReadOnlyList<int> seen);
}
