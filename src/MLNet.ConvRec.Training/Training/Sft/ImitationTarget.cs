namespace MLNet.ConvRec.Training.Sft;

/// <summary>What of a demonstration is imitated.</summary>
public enum ImitationTarget
{
    /// <summary>Its list, token by token (paper).</summary>
    List,

    /// <summary>
    /// Its scores: the distribution of a list's first line, under the catalog mask, becomes that of the demonstration's scores. The policy learns nothing of
    /// later lines: it is meant for <c>ListDecoding.First</c>, which ranks the catalog by the first line.
    /// </summary>
    FirstLine,

    /// <summary>
    /// Its scores at every line: the list is written in the demonstration's order, and at each line the distribution of the next one, under the catalog mask,
    /// becomes that of the scores of the items that are not yet listed. For any <c>ListDecoding</c>; a step takes a multiple of <see cref="FirstLine"/>'s time.
    /// </summary>
    Lines,
}
