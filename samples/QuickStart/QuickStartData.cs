using System.Security.Cryptography;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using QuickStart.World;

namespace QuickStart;

/// <summary>What a run trains and reports on.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Catalog">The shop's items.</param>
/// <param name="Train">Dialogues to train on.</param>
/// <param name="Valid">Dialogues to stop on.</param>
/// <param name="Test">Dialogues to report on.</param>
internal sealed record QuickStartData(
    string Name,
    ItemCatalog Catalog,
    IReadOnlyList<Dialogue> Train,
    IReadOnlyList<Dialogue> Valid,
    IReadOnlyList<Dialogue> Test)
{
    /// <summary>Whether the people and their choices are simulated.</summary>
    public bool IsSimulated { get; init; }

    /// <summary>Ratings by people outside the shop, for the teacher that knows the world; <see langword="null"/> without.</summary>
    public string? RatingsPath { get; init; }

    /// <summary>The items that <see cref="RatingsPath"/> rates; <see langword="null"/> without.</summary>
    public string? WorldItemsPath { get; init; }

    /// <summary>Items that the world knows and the shop does not sell; empty where <see cref="WorldItemsPath"/> tells.</summary>
    public IReadOnlyList<CatalogItem> OutsideItems { get; init; } = [];

    /// <summary>The files that the data was read from; empty for the simulated world.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Returns what tells this data from any other: a hash of each file, or of the simulated dialogues as JSON.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Hashes() => Paths.Count > 0
        ? [.. Paths.Select(path => KeyValuePair.Create($"SHA-256 of {path}", HashOf(path)))]
        : [new("SHA-256 of the simulated data", Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { Catalog.Items, Train, Valid, Test }))))];

    /// <summary>Returns a file's SHA-256.</summary>
    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Returns the simulated world that the sample carries.</summary>
    /// <param name="seed">The seed of its people.</param>
    public static QuickStartData Embedded(int seed)
    {
        var catalog = EmbeddedFilms.Shop();
        var world = SeekerWorld.Create(catalog, seed);
        return new QuickStartData("seekers", catalog, world.Train, world.Valid, world.Test)
        {
            IsSimulated = true,
            OutsideItems = EmbeddedFilms.Outside(),
        };
    }

    /// <summary>Reads a dataset: <c>catalogs/NAME.jsonl</c> and <c>dialogues/NAME/{train,valid,test}.jsonl</c> of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dataset">The name.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    /// <exception cref="InvalidDataException">A line can't be read, or a file has no line; the sentence names the file.</exception>
    public static QuickStartData FromFolder(string folder, string dataset)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"There is no folder {folder}; --data must name one that holds catalogs/{dataset}.jsonl and dialogues/{dataset}/.");
        }

        var ratings = Path.Combine(folder, "ratings", "movielens-small.csv");
        var worldItems = Path.Combine(folder, "catalogs", "movielens-small.jsonl");
        var knowsWorld = File.Exists(ratings) && File.Exists(worldItems);
        return new QuickStartData(
            dataset,
            ItemCatalog.Load(Present(Path.Combine(folder, "catalogs", $"{dataset}.jsonl"))),
            Dialogues(folder, dataset, "train"),
            Dialogues(folder, dataset, "valid"),
            Dialogues(folder, dataset, "test"))
        {
            Paths =
            [
                Path.Combine(folder, "catalogs", $"{dataset}.jsonl"),
                SplitPath(folder, dataset, "train"), SplitPath(folder, dataset, "valid"), SplitPath(folder, dataset, "test"),
            ],
            RatingsPath = knowsWorld ? ratings : null,
            WorldItemsPath = knowsWorld ? worldItems : null,
        };
    }

    /// <summary>Returns the teacher: it knows films, not this shop's seekers; simulated, since no language model can be called here.</summary>
    /// <param name="seed">The seed of its faults.</param>
    public WorldTeacher Teacher(int seed)
    {
        var knowledge = new WorldTeacherOptions { Seed = seed };
        return WorldItemsPath is { } items && RatingsPath is { } ratings
            ? WorldTeacher.Load(items, ratings, knowledge)
            : new WorldTeacher(Catalog.Items.Concat(OutsideItems), knowledge);
    }

    /// <summary>Returns what is known of the items before anybody learns: genres, and who liked what, or without ratings what dialogues name together.</summary>
    /// <param name="known">The dialogues that may be known.</param>
    public ItemFeatures Features(IReadOnlyList<Dialogue> known)
    {
        return ItemFeatures.OfGenres(Catalog).With(
            WorldItemsPath is { } items && RatingsPath is { } ratings ? ItemFeatures.OfRatings(Catalog, items, ratings) : ItemFeatures.OfDialogues(Catalog, known));
    }

    private static Dialogue[] Dialogues(string folder, string dataset, string split)
    {
        var path = Present(SplitPath(folder, dataset, split));
        Dialogue[] dialogues = [.. DialogueFile.Read(path)];
        return dialogues.Length > 0 ? dialogues : throw new InvalidDataException($"{path} holds no dialogue; it needs at least one line.");
    }

    private static string SplitPath(string folder, string dataset, string split) => Path.Combine(folder, "dialogues", dataset, $"{split}.jsonl");

    private static string Present(string path) => File.Exists(path)
        ? path
        : throw new FileNotFoundException(
            $"There is no file {path}; --data and --dataset must name a catalog and its train, valid and test dialogues.", path);
}
