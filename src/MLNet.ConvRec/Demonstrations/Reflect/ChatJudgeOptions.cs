using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>How <see cref="ChatJudge"/> asks.</summary>
public sealed record ChatJudgeOptions
{
    /// <summary>How many candidates one request holds at most. The default is 25.</summary>
    public int BatchSize { get; init; } = 25;

    /// <summary>
    /// In how many orders the candidates are graded, each order's grades counting the same; every second is the one before it reversed. The
    /// default is 1.
    /// </summary>
    public int Orders { get; init; } = 1;

    /// <summary>The seed of the orders. The default is 3407.</summary>
    public int Seed { get; init; } = 3407;

    /// <summary>
    /// The temperature; <see langword="null"/> sends none, for models that take none. The default is 0.
    /// </summary>
    public float? Temperature { get; init; } = 0;

    /// <summary>The most tokens of an answer; <see langword="null"/>, the default, leaves it to the server.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The model; <see langword="null"/>, the default, asks the client's own.</summary>
    public string? ModelId { get; init; }

    /// <summary>What is said. The default is the version 1 of <see cref="ChatPrompts"/>.</summary>
    public ChatPrompts Prompts { get; init; } = new();

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public void Validate()
    {
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Require(Orders >= 1, nameof(Orders), Orders, "1 or more");
        Require(Temperature is null or (>= 0 and <= 2), nameof(Temperature), Temperature, "from 0 to 2, or null");
        Require(MaxOutputTokens is null or >= 1, nameof(MaxOutputTokens), MaxOutputTokens, "1 or more, or null");
        Require(ModelId is null || !string.IsNullOrWhiteSpace(ModelId), nameof(ModelId), "blank", "a model's name, or null");
        Require(Prompts is not null, nameof(Prompts), "null", "texts, such as new ChatPrompts()");
        Prompts!.Validate();
    }

    private static void Require(bool isValid, string option, object? value, string range)
    {
        if (!isValid)
            throw new ArgumentException(FormattableString.Invariant($"ChatJudgeOptions.{option} is {value}; it must be {range}."));
    }
}
