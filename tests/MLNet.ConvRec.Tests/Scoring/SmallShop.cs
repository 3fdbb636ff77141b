using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Tests.Export;

namespace MLNet.ConvRec.Tests.Scoring;

/// <summary>A small catalog, a tokenizer learned from it and a policy of random weights: all that a scoring chain is made of.</summary>
internal static class SmallShop
{
    public const int ListLength = 5;

    public static ItemCatalog Catalog { get; } = ItemCatalog.Create(new (string Title, int? Year)[]
    {
        ("Alien", 1979), ("Aliens", 1986), ("Alien 3", 1992), ("Arrival", 2016), ("Arrival II", 1998), ("Amélie", 2001), ("Heat", 1995), ("Heat", 1986),
        ("千と千尋の神隠し", 2001), ("Se7en", 1995), ("The Matrix", 1999), ("The Matrix Reloaded", 2003), ("Inception", 2010), ("Her", 2013), ("Up", 2009),
        ("Whiplash", 2014), ("Drive", 2011), ("Big Fish", 2003), ("Memento", 2000), ("Gattaca", 1997), ("A Film of No Year", null),
    }.Select(film => new CatalogItem { Title = film.Title, Year = film.Year }));

    public static ChatPrompt Prompt { get; } = new(
        PolicyTokenizer.Parse(BytePairTrainer.Train(
            [.. Catalog.Items.Select(item => $"I liked {item.Reference}\n{item.Reference}\n"), "Recommend items of the catalog. List 5 titles."],
            new BytePairOptions { VocabularySize = 400, MinimumFrequency = 1 })),
        new PromptOptions { ListLength = ListLength, MaxPromptTokens = 128 });

    public static ScoringAssets Assets { get; } = new(Prompt, Catalog);

    public static PolicyWeights Weights { get; } = RandomPolicy.Create(RandomPolicy.Config(Prompt.Tokenizer.VocabularySize), 3407);

    public static ITransformer Chain(MLContext ml) => ScoringChain.Create(ml.Transforms, View(ml), Weights, Assets);

    public static IDataView View(MLContext ml, params IEnumerable<Dialogue> dialogues) => ml.Data.LoadFromEnumerable(dialogues.Select(DialogueRow.From));

    public static Dialogue Dialogue(int number) => new()
    {
        Id = $"d-{number}",
        Turns =
        [
            new Turn(Role.User, $"Hello, I liked {Catalog.Items[number % Catalog.Count].Title} {number} times."),
            new Turn(Role.Assistant, "Tell me more."),
            new Turn(Role.User, new string('x', number % 13)),
        ],
        Seen = [Catalog.Items[number % Catalog.Count].Reference, new ItemReference("Not in the Catalog", 1990)],
    };
}
