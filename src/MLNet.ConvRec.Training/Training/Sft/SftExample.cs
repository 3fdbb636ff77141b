using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>A demonstration in tokens.</summary>
/// <param name="Prompt">The prompt, never empty.</param>
/// <param name="List">The lines with their line breaks, then the end of the turn; empty where a tree is imitated.</param>
internal sealed record SftExample(int[] Prompt, int[] List)
{
    /// <summary>The dialogue's id.</summary>
    public string DialogueId { get; init; } = "";

    /// <summary>How likely lines should be, where that is imitated and not a list. Examples of a run have all a tree, or none.</summary>
    public LineTree? Tree { get; init; }

    /// <summary>Tokens that are run.</summary>
    public int Length => Prompt.Length + (Tree?.Tokens ?? List).Length;

    /// <summary>What the example counts in a mean: its list's tokens, or 1.</summary>
    public int Weight => Tree is null ? List.Length : 1;
}
