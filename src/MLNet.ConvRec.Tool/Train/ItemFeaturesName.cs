using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What is known of items beforehand, by the names of <c>--item-features</c>.</summary>
internal static class ItemFeaturesName
{
    /// <summary>Nothing.</summary>
    public const string None = "none";

    private const string Genres = "genres", Ratings = "ratings", Dialogues = "dialogues";

    /// <summary>The names, as the help shows them.</summary>
    public const string All = $"{None}|{Genres},{Ratings},{Dialogues}";

    /// <summary>Reads names with commas between them; none where nothing is known, <see langword="null"/> where nothing is written.</summary>
    /// <exception cref="ArgumentException">One of them is none.</exception>
    public static IReadOnlyList<string>? Parse(string written)
    {
        if (written.Length == 0)
            return null;
        if (written == None)
            return [];
        string[] names = [.. written.Split(',', StringSplitOptions.TrimEntries).Distinct()];
        return Array.Find(names, name => name is not (Genres or Ratings or Dialogues)) is { } unknown
            ? throw new ArgumentException($"--item-features must be {None}, or some of {Genres},{Ratings},{Dialogues}, not {unknown}.")
            : names;
    }

    /// <summary>Throws unless what names ask for is given.</summary>
    /// <exception cref="ArgumentException">It is not; the sentence says what to write instead.</exception>
    public static void Validate(IReadOnlyList<string>? names, TrainOptions options)
    {
        if (names?.Contains(Ratings) == true && options.Teachers.WorldRatings is null)
            throw new ArgumentException($"--item-features {Ratings} needs --world-ratings FILE and --world-items FILE.");
        if (names is { Count: > 0 } && options.Backbone != TrainOptions.TinyBackbone)
            throw new ArgumentException($"--item-features {string.Join(',', names)} is for a policy made from scratch, and --backbone {options.Backbone} knows its own; leave one of them out.");
    }

    /// <summary>Makes the features; <see langword="null"/>: none are asked for.</summary>
    /// <param name="names">What is asked for; <see langword="null"/> for genres and ratings, or without ratings what dialogues name together.</param>
    /// <param name="data">Items, and the dialogues that may be known: none that is held out.</param>
    /// <param name="options">The files of ratings.</param>
    public static ItemFeatures? Load(IReadOnlyList<string>? names, TrainData data, TrainOptions options)
    {
        var teachers = options.Teachers;
        names ??= options.Backbone != TrainOptions.TinyBackbone ? [] : teachers.WorldRatings is null ? [Genres, Dialogues] : [Genres, Ratings];
        return names.Select(Of).Aggregate(default(ItemFeatures), (all, more) => all is null ? more : all.With(more));

        ItemFeatures Of(string name) => name switch
        {
            Genres => ItemFeatures.OfGenres(data.Catalog),
            Ratings => ItemFeatures.OfRatings(data.Catalog, teachers.WorldItems!, teachers.WorldRatings!),
            _ => ItemFeatures.OfDialogues(data.Catalog, data.Train),
        };
    }
}
