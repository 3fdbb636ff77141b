using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tool.Teachers;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What is known of items beforehand, by the names of <c>--item-features</c>.</summary>
internal static class ItemFeaturesName
{
    /// <summary>Nothing.</summary>
    public const string None = "none";

    private const string Genres = "genres", Ratings = "ratings";

    /// <summary>The names, as the help shows them.</summary>
    public const string All = $"{None}|{Genres}|{Ratings}";

    /// <summary>Returns the name if it is one.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Parse(string name) => name is None or Genres or Ratings
        ? name
        : throw new ArgumentException($"--item-features must be {None}, {Genres} or {Ratings}, not {name}.");

    /// <summary>Throws unless what a name asks for is given.</summary>
    /// <exception cref="ArgumentException">It is not; the sentence says what to write instead.</exception>
    public static void Validate(string name, TrainOptions options)
    {
        if (name == Ratings && options.Teachers.WorldRatings is null)
            throw new ArgumentException($"--item-features {Ratings} needs --world-ratings FILE and --world-items FILE.");
        if (name != None && options.Backbone != TrainOptions.TinyBackbone)
            throw new ArgumentException($"--item-features {name} is for a policy made from scratch, and --backbone {options.Backbone} knows its own; leave one of them out.");
    }

    /// <summary>Makes the features; <see langword="null"/>: none are asked for.</summary>
    public static ItemFeatures? Load(string name, ItemCatalog catalog, TeacherOptions teachers) => name switch
    {
        Genres => ItemFeatures.OfGenres(catalog),
        Ratings => ItemFeatures.OfGenres(catalog).With(ItemFeatures.OfRatings(catalog, teachers.WorldItems!, teachers.WorldRatings!)),
        _ => null,
    };
}
