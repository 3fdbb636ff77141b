namespace QuickStart.World;

/// <summary>What the simulated assistant asks back. <c>{a}</c> stands for the film that the seeker named last.</summary>
internal static class AssistantPhrases
{
    /// <summary>Asks for films, before any was named.</summary>
    public static readonly string[] AskForFilms =
    [
        "Gladly. Which films did you like lately?", "Happy to help. What are your favourites?", "Hello! Tell me a film that you love.",
        "Sure. What did you enjoy last?", "Name one or two that you liked.", "What have you seen that was good?",
    ];

    /// <summary>Asks for more films.</summary>
    public static readonly string[] AskForMore =
    [
        "Good choice. What else?", "A fine film. Any other favourites?", "{a} is hard to beat. Anything more?", "Noted. Another one?",
        "I see. What else did you like?", "Ah, {a}! And besides that?",
    ];

    /// <summary>Asks for a genre.</summary>
    public static readonly string[] AskForGenre =
    [
        "What kind of film are you after?", "Any genre in mind?", "What are you in the mood for?", "What should it be like?",
        "Do you have a direction in mind?",
    ];

    /// <summary>Asks what changes nothing.</summary>
    public static readonly string[] AskAnything =
    [
        "Anything else that I should know?", "Is it for tonight?", "Do you watch alone?", "Old or new?", "Are subtitles fine?",
        "How much time do you have?",
    ];
}
