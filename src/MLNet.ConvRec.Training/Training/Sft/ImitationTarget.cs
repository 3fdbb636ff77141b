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
}
