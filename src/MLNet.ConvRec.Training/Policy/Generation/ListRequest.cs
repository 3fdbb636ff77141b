namespace MLNet.ConvRec.Policy.Generation;

/// <summary>A dialogue whose list is asked for.</summary>
/// <param name="Prompt">Token ids of the prompt; at least one.</param>
/// <param name="Excluded">Item indices that may not be listed.</param>
internal sealed record ListRequest(int[] Prompt, IReadOnlyList<int> Excluded);
