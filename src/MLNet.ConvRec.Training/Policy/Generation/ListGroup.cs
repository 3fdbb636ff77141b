namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The lists of one dialogue.</summary>
/// <param name="Prompt">Token ids of the prompt, which is run once for all of them; at least one.</param>
/// <param name="Writers">A writer for each list.</param>
internal sealed record ListGroup(int[] Prompt, IReadOnlyList<IListWriter> Writers);
