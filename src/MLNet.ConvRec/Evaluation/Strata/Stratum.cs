using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation;

/// <summary>A part of the dialogues, or of what is true in them, that a system is evaluated on by itself.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">Its name, such as <c>rareItems</c>.</param>
/// <param name="Rule">What belongs to it, in words.</param>
/// <param name="Dialogues">
/// Its dialogues. In a stratum of items the ground truth is narrowed to these items: a line that hits another is a miss.
/// </param>
public sealed record Stratum(string Name, string Rule, IReadOnlyList<Dialogue> Dialogues);
