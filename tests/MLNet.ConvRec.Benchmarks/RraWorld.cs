using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>How large the synthetic shop is.</summary>
/// <param name="Items">Items of the catalog.</param>
/// <param name="Dialogues">Dialogues of train.</param>
internal sealed record RraSize(int Items, int Dialogues)
{
    /// <summary>The paper's Reddit-v2: its catalog, and about as many dialogues as it trains on.</summary>
    public static RraSize Paper { get; } = new(7404, 96_000);
}

/// <summary>A synthetic shop: items of kinds, the earlier ones of a kind more popular; seekers who name two or three of a kind and choose another.</summary>
internal sealed class RraWorld : ITeacher
{
    private const int Kinds = 60;
    private static readonly string[] Syllables = ["ba", "ker", "lo", "mi", "tan", "ru", "sel", "vo", "di", "ma", "pra", "nor", "fi", "gol", "shu", "ter"];
    private readonly int _perKind;

    public RraWorld(RraSize size)
    {
        _perKind = (size.Items + Kinds - 1) / Kinds;
        Catalog = ItemCatalog.Create(Enumerable.Range(0, size.Items).Select(Item));
        Train = [.. Enumerable.Range(0, size.Dialogues).Select(Dialogue)];
    }

    public ItemCatalog Catalog { get; }

    public Dialogue[] Train { get; }

    public string Name => "synthetic (simulated)";

    public bool IsSimulated => true;

    /// <summary>Costs nothing beside making twenty strings: half items of the kind, some of others, some that nobody has.</summary>
    public ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var random = StableHash.Generator(1, dialogue.Id);
        var kind = Catalog.IndexOf(dialogue.Seen![0]) / _perKind;
        var lines = Enumerable.Range(1, 20).Select(rank => random.Next(4) switch
        {
            0 => $"{rank}. {Title(1_000_000 + random.Next(20_000))} ({1950 + random.Next(70)})",
            1 => $"{rank}. {Catalog.Items[random.Next(Catalog.Count)].Title}",
            _ => $"{rank}. {Catalog.Items[Of(kind, random)].Reference}",
        });
        return ValueTask.FromResult(new TeacherList(dialogue.Id, Name, [.. lines]));
    }

    private CatalogItem Item(int item) => new()
    {
        Title = Title(item),
        Year = 1950 + (item % 70),
        Genres = [$"kind{item / _perKind}", $"mood{item % 7}"],
        Plot = $"{Title(item * 31)} meets {Title(item * 17)} in {Title(item / _perKind)}.",
    };

    private Dialogue Dialogue(int number)
    {
        var random = new Random(number);
        var kind = random.Next(Kinds);
        int[] items = [.. Enumerable.Range(0, 12).Select(_ => Of(kind, random)).Distinct()];
        var seen = items.Take(2 + random.Next(2)).Select(item => Catalog.Items[item].Reference).ToArray();
        return new Dialogue
        {
            Id = $"synthetic{number / 3}-{number % 3}",
            Turns = [new Turn(Role.User, $"I liked {string.Join(" and ", seen.Select(item => item.ToString()))}, something with mood{random.Next(7)} for {Title(number % 500)}?")],
            Seen = seen,
            GroundTruth = [.. items.Skip(3).Take(1 + random.Next(2)).Select(item => Catalog.Items[item].Reference)],
        };
    }

    // The square makes the first of a kind the popular ones.
    private int Of(int kind, Random random)
    {
        var place = (int)(_perKind * random.NextDouble() * random.NextDouble());
        return Math.Min((kind * _perKind) + place, (Catalog?.Count ?? int.MaxValue) - 1);
    }

    private static string Title(int number)
    {
        var random = new Random(number);
        string Word() => string.Concat(Enumerable.Range(0, 2 + random.Next(2)).Select(_ => Syllables[random.Next(Syllables.Length)]));
        var title = $"{Word()} {Word()} {number % 97}";
        return char.ToUpperInvariant(title[0]) + title[1..];
    }
}
