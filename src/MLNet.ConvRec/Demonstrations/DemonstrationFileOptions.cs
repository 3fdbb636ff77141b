namespace MLNet.ConvRec.Demonstrations;

/// <summary>What is said around a dialogue in a demonstration file. The defaults are those of the policy's own prompt.</summary>
public sealed record DemonstrationFileOptions
{
    /// <summary>The system text; empty leaves the system message out.</summary>
    public string System { get; init; } = "Recommend items of the catalog.";

    /// <summary>
    /// The words that ask for the list, at the end of the last user message; <c>{N}</c> stands for <see cref="ListLength"/>.
    /// </summary>
    public string Ask { get; init; } = "List {N} titles.";

    /// <summary>Number N of items that is asked for. The default is 20.</summary>
    public int ListLength { get; init; } = 20;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        if (System is null)
            throw new ArgumentException("DemonstrationFileOptions.System is null; use an empty text to leave the system message out.");
        if (string.IsNullOrWhiteSpace(Ask))
            throw new ArgumentException(
                "DemonstrationFileOptions.Ask is empty; write what asks for the list, such as \"List {N} titles.\".");
        if (ListLength < 1)
            throw new ArgumentException($"DemonstrationFileOptions.ListLength is {ListLength}; a list has at least 1 item.");
    }
}
