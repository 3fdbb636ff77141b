using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace QuickStart.World;

/// <summary>A simulated world, made by this sample: people with tastes ask a film shop for recommendations.</summary>
/// <remarks>
/// The films are real; the people, what they say, and what they choose are not. A seeker names films that the world knows, and then
/// chooses within the same taste by a liking that only this shop's seekers share. Who knows genres and popularity, as a language model
/// does, is right about the taste and wrong about the liking; that difference is what the policy can learn from the choices. The same
/// catalog, seed and options give the same dialogues, byte by byte, on every machine.
/// </remarks>
internal sealed class SeekerWorld
{
    private SeekerWorld(IReadOnlyList<Dialogue> train, IReadOnlyList<Dialogue> valid, IReadOnlyList<Dialogue> test)
    {
        Train = train;
        Valid = valid;
        Test = test;
    }

    /// <summary>Dialogues to train on, with the films that were chosen.</summary>
    public IReadOnlyList<Dialogue> Train { get; }

    /// <summary>Dialogues of other seekers, to stop on.</summary>
    public IReadOnlyList<Dialogue> Valid { get; }

    /// <summary>Dialogues of yet other seekers, to report on.</summary>
    public IReadOnlyList<Dialogue> Test { get; }

    /// <summary>Makes the world of this seed with the default options.</summary>
    /// <param name="catalog">The shop's films, with genres and popularity.</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentException">Too few films of the catalog have genres.</exception>
    public static SeekerWorld Create(ItemCatalog catalog, int seed) => Create(catalog, seed, new SeekerWorldOptions());

    /// <summary>Makes the world of this seed.</summary>
    /// <param name="catalog">The shop's films, with genres and popularity.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="options">Its size and nature.</param>
    /// <exception cref="ArgumentException">An option is out of range, or too few films of the catalog have genres.</exception>
    public static SeekerWorld Create(ItemCatalog catalog, int seed, SeekerWorldOptions options)
    {
        options.Validate();
        var crowd = new SeekerCrowd(catalog, seed, options);
        string[] splits = ["train", "valid", "test"];
        int[] counts = [options.TrainCount, options.ValidCount, options.TestCount];
        var dialogues = splits.Select((name, split) => Split(crowd, seed, split, name, counts[split])).ToArray();
        return new SeekerWorld(dialogues[0], dialogues[1], dialogues[2]);
    }

    // Each seeker has an own stream, so that a smaller split is the beginning of a larger one.
    private static Dialogue[] Split(SeekerCrowd crowd, int seed, int split, string name, int count) =>
        [.. Enumerable.Range(1, count).Select(number => Talk(crowd, SplitMix64.Stream(seed, split, number), $"seeker-{name}-{number}-1"))];

    private static Dialogue Talk(SeekerCrowd crowd, SplitMix64 random, string id)
    {
        var seeker = crowd.Draw(random);
        return new Dialogue
        {
            Id = id,
            Turns = SeekerTalk.Turns(seeker, random),
            Seen = [.. seeker.Liked.Select(film => film.Reference)],
            GroundTruth = [.. seeker.Chosen.Select(film => film.Reference)],
        };
    }
}
