namespace QuickStart.World;

/// <summary>What a simulated seeker says. <c>{a}</c>, <c>{b}</c>, <c>{c}</c> stand for films, <c>{g}</c> for words about a genre.</summary>
internal static class SeekerPhrases
{
    /// <summary>How a dialogue begins.</summary>
    public static readonly string[] Greetings =
    [
        "Hi!", "Hello!", "Hi there.", "Hey.", "Good evening.", "Hello, I hope you can help.", "Hey, quick question.", "Good morning!",
    ];

    /// <summary>How a turn after the assistant's question begins.</summary>
    public static readonly string[] Replies =
    [
        "Sure.", "Hmm, let me think.", "Good question.", "Oh, many.", "Of course.", "Well.", "Yes.", "Let me see.", "Not easy to say.",
    ];

    /// <summary>A first turn that names nothing yet.</summary>
    public static readonly string[] Wishes =
    [
        "I need a film for tonight.", "Can you recommend a film?", "I'd like to watch something good.", "I am looking for a film.",
        "We can't decide what to watch.", "Do you have a tip for me?", "I want to find a new favourite.",
        "What should I watch this weekend?",
    ];

    /// <summary>One liked film.</summary>
    public static readonly string[] OneFilm =
    [
        "I loved {a}.", "{a} is one of my favourites.", "I just watched {a} and really enjoyed it.", "I could watch {a} every week.",
        "{a} was great.", "Last night I saw {a}, what a film.", "My favourite is {a}.", "I keep coming back to {a}.",
        "A friend showed me {a} and I was amazed.", "The best thing I saw this year was {a}.", "{a} is more or less perfect.",
        "I still think about {a}.", "We had a wonderful time with {a}.",
    ];

    /// <summary>Two liked films.</summary>
    public static readonly string[] TwoFilms =
    [
        "I loved {a} and {b}.", "{a} was great, {b} too.", "My favourites are {a} and {b}.", "Just saw {a}, and before that {b}.",
        "I enjoyed {a} as much as {b}.", "Both {a} and {b} are films that I adore.", "First came {a}, then {b}, and I was hooked.",
        "I have seen {a} twice and {b} three times.", "{a}! And of course {b}.", "I grew up with {a} and {b}.",
    ];

    /// <summary>Three liked films.</summary>
    public static readonly string[] ThreeFilms =
    [
        "I loved {a}, {b} and {c}.", "My top three: {a}, {b}, {c}.", "{a}, {b} and {c} are all favourites of mine.",
        "I like {a} and {b}, and most of all {c}.", "This month I watched {a}, {b} and {c}, and liked them all.",
        "{a} and {b} were wonderful, {c} was even better.", "On my shelf are {a}, {b} and {c}.",
    ];

    /// <summary>One liked film more, after others.</summary>
    public static readonly string[] OneMore =
    [
        "And {a}.", "{a} as well.", "I also liked {a}.", "Oh, and {a} of course.", "Then there is {a}.", "Add {a} to that.",
    ];

    /// <summary>What genre the seeker is after.</summary>
    public static readonly string[] Genres =
    [
        "I am in the mood for {g}.", "Maybe {g}?", "I'd like {g}.", "Today it should be {g}.", "What I want is {g}.", "Preferably {g}.",
        "I can't get enough of {g}.", "Nothing beats {g}.", "{g} would be ideal.", "I am thinking of {g}.",
    ];

    /// <summary>Talk that says nothing about taste.</summary>
    public static readonly string[] SmallTalk =
    [
        "It has been a long week.", "It is raining here.", "The children are asleep at last.", "I have two hours.",
        "My sister is visiting.",
        "Old or new, I don't mind.", "Subtitles are fine.", "I have popcorn ready.", "No need to hurry.", "I watch far too much, I know.",
        "We watch a film every Friday.", "Black and white is fine too.",
    ];

    /// <summary>How the last turn asks.</summary>
    public static readonly string[] Asks =
    [
        "Anything like that?", "What should I watch next?", "What would you suggest?", "Something in that spirit, please.", "More, please!",
        "What else is there?", "Any ideas?", "What do you have for me?", "Surprise me.", "Which one next?", "Please help me choose.",
        "Got something for me?",
    ];
}
