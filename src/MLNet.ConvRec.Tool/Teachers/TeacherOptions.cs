namespace MLNet.ConvRec.Tool.Teachers;

/// <summary>Who writes lists and who grades candidates, as a command is asked for it.</summary>
internal sealed record TeacherOptions
{
    /// <summary>The teacher; <see langword="null"/>: world where ratings are given, else together.</summary>
    public TeacherChoice? Teacher { get; init; }

    /// <summary>The teacher that is asked where the first has no list; <see langword="null"/> for none.</summary>
    public TeacherChoice? Otherwise { get; init; }

    /// <summary>The judge: world or chat; <see langword="null"/> for none.</summary>
    public TeacherChoice? Judge { get; init; }

    /// <summary>In how many orders a language model grades the candidates.</summary>
    public int JudgeOrders { get; init; } = 1;

    /// <summary>The model that embeds texts; <see langword="null"/> for character n-grams.</summary>
    public string? Embeddings { get; init; }

    /// <summary>Ratings of people outside, for <c>world</c>.</summary>
    public string? WorldRatings { get; init; }

    /// <summary>The items that <see cref="WorldRatings"/> rates.</summary>
    public string? WorldItems { get; init; }

    /// <summary>How language models are asked.</summary>
    public ChatConnection Chat { get; init; } = new();

    /// <summary>The teacher that is asked.</summary>
    public TeacherChoice AskedTeacher => Teacher ?? (WorldRatings is null ? new TeacherChoice.Together() : new TeacherChoice.World());

    /// <summary>Whether a language model is asked.</summary>
    public bool AsksModel => AskedTeacher is TeacherChoice.Chat || Otherwise is TeacherChoice.Chat || Judge is TeacherChoice.Chat || Embeddings is not null;

    private bool AsksWorld => AskedTeacher is TeacherChoice.World || Otherwise is TeacherChoice.World || Judge is TeacherChoice.World;

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate()
    {
        Require(
            WorldRatings is null || WorldItems is not null,
            $"--world-ratings {WorldRatings} needs --world-items FILE, the items that it rates.");
        Require(
            WorldItems is null || WorldRatings is not null,
            $"--world-items {WorldItems} needs --world-ratings FILE, the ratings of its items.");
        Require(
            !AsksWorld || WorldRatings is not null,
            $"{(Teacher is TeacherChoice.World ? "--teacher" : Otherwise is TeacherChoice.World ? "--otherwise" : "--judge")} world needs "
            + "--world-ratings FILE and --world-items FILE, such as MovieLens; or use --teacher together.");
        Require(
            WorldRatings is null || AsksWorld,
            "--world-ratings are known to --teacher world alone; leave them out or ask that teacher.");
        Require(
            Judge is null or TeacherChoice.World or TeacherChoice.Chat,
            "--judge must be world or chat:NAME: only they grade candidates.");
        Require(JudgeOrders is 1 or 2, $"--judge-orders must be 1 or 2, not {JudgeOrders}.");
        Require(
            JudgeOrders == 1 || Judge is TeacherChoice.Chat,
            "--judge-orders 2 evens out a language model's liking for what stands first; add --judge chat:NAME, or leave it out.");
        Chat.Validate(AsksModel);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }
}
