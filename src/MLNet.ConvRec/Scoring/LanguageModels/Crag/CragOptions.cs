namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>How CRAG asks and retrieves.</summary>
public sealed record CragOptions
{
    /// <summary>N: the length of a list. The default is 20.</summary>
    public int ListLength { get; init; } = 20;

    /// <summary>K: how many items are retrieved. The default is 20; the paper tries 5 to 35.</summary>
    public int Retrieved { get; init; } = 20;

    /// <summary>What is said. The default is <c>crag-1</c> of <see cref="CragPrompts"/>.</summary>
    public CragPrompts Prompts { get; init; } = new();

    /// <summary>The temperature; <see langword="null"/> sends none, for models that take none. The default is the paper's 0.</summary>
    public float? Temperature { get; init; } = 0;

    /// <summary>The most tokens of an answer; <see langword="null"/>, the default, leaves it to the server.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The model; <see langword="null"/>, the default, asks the client's own.</summary>
    public string? ModelId { get; init; }

    /// <summary>How many dialogues are asked about at the same time. The default is 20.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary>Ends the asking; so does the context's own cancellation. The default never does.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        Require(ListLength >= 1, nameof(ListLength), ListLength, "1 or more");
        Require(Retrieved >= 1, nameof(Retrieved), Retrieved, "1 or more");
        Require(Prompts is not null, nameof(Prompts), "null", "texts, such as new CragPrompts()");
        Require(Temperature is null or (>= 0 and <= 2), nameof(Temperature), Temperature, "from 0 to 2, or null");
        Require(MaxOutputTokens is null or >= 1, nameof(MaxOutputTokens), MaxOutputTokens, "1 or more, or null");
        Require(ModelId is null || !string.IsNullOrWhiteSpace(ModelId), nameof(ModelId), "blank", "a model's name, or null");
        Require(Concurrency >= 1, nameof(Concurrency), Concurrency, "1 or more");
        Prompts!.Validate();
    }

    private static void Require(bool isValid, string option, object? value, string range)
    {
        if (!isValid)
            throw new ArgumentException(FormattableString.Invariant($"CragOptions.{option} is {value}; it must be {range}."));
    }
}
