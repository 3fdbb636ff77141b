using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>A line of the teacher as Remap sees it.</summary>
/// <param name="Names">The catalog item that the line names, or <see langword="null"/>.</param>
/// <param name="Similarity">S(y_k, ·): similarity of the listed name to catalog items, 1 for the item that it names.</param>
internal readonly record struct ListedLine(int? Names, SparseScores Similarity);
