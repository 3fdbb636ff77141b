using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms.Onnx;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Tests.Export;

namespace MLNet.ConvRec.Tests.Scoring;

/// <summary>A small catalog, a tokenizer learned from it and a policy of random weights, made into a scoring chain and saved.</summary>
public sealed class SmallShop : IDisposable
{
    internal const int ListLength = 5;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convrec-");

    public SmallShop()
    {
        Catalog = ItemCatalog.Create(new (string Title, int? Year)[]
        {
            ("Alien", 1979), ("Aliens", 1986), ("Alien 3", 1992), ("Arrival", 2016), ("Arrival II", 1998), ("Amélie", 2001),
            ("Heat", 1995), ("Heat", 1986), ("千と千尋の神隠し", 2001), ("Se7en", 1995), ("The Matrix", 1999), ("The Matrix Reloaded", 2003),
            ("Inception", 2010), ("Her", 2013), ("Whiplash", 2014),
            ("Drive", 2011), ("Big Fish", 2003), ("Memento", 2000), ("Gattaca", 1997), ("A Film of No Year", null),
        }.Select(film => new CatalogItem { Title = film.Title, Year = film.Year }));
        var texts = Catalog.Items.Select(item => $"I liked {item.Reference}\n{item.Reference}\n").Append(new PromptOptions().System);
        Prompt = new ChatPrompt(
            PolicyTokenizer.Parse(BytePairTrainer.Train(texts, new BytePairOptions { VocabularySize = 400, MinimumFrequency = 1 })),
            new PromptOptions { ListLength = ListLength, MaxPromptTokens = 96 });
        Assets = new ScoringAssets(Prompt, Catalog);
        var config = RandomPolicy.Config(Prompt.Tokenizer.VocabularySize, hidden: 16, layers: 1, heads: 2, keyValueHeads: 1);
        Weights = RandomPolicy.Create(config, 3407);
        var ml = Context();
        var dialogues = View(ml);
        Chain = ScoringChain.Create(ml.Transforms, dialogues, Weights, Assets);
        ModelPath = Path.Combine(_folder.FullName, "model.zip");
        ml.Model.Save(Chain, dialogues.Schema, ModelPath);
    }

    public string ModelPath { get; }

    internal ItemCatalog Catalog { get; }

    internal ChatPrompt Prompt { get; }

    internal ScoringAssets Assets { get; }

    internal PolicyWeights Weights { get; }

    internal ITransformer Chain { get; }

    public void Dispose()
    {
        (Chain as IDisposable)?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A context whose ONNX sessions take one thread: a network as small as this gains nothing by more.</summary>
    internal static MLContext Context()
    {
        var ml = new MLContext();
        ml.SetOnnxSessionOption(new OnnxSessionOptions { CreateSessionOptions = () => new SessionOptions { IntraOpNumThreads = 1 } });
        return ml;
    }

    internal static IDataView View(MLContext ml, params IEnumerable<Dialogue> dialogues) => ml.Data.LoadDialogues(dialogues);

    internal static RecommendationList[] Score(ITransformer model, params IEnumerable<Dialogue> dialogues) =>
        [.. model.Transform(View(new MLContext(), dialogues)).ReadRecommendations()];

    /// <summary>The lists of the saved model in batches, whose scores may differ from the row form's in their last digits.</summary>
    internal RecommendationList[] ScoreInBatches(params IEnumerable<Dialogue> dialogues)
    {
        using var model = RecommenderModel.Load(Context(), ModelPath, new RecommenderOptions());
        return [.. model.Recommend(dialogues)];
    }

    internal static string[] Lines(RecommendationList list) =>
        [.. list.Recommendations.Select(item => $"{item.Rank} {item.Title} {item.Year} {item.Score:R}")];

    /// <summary>Dialogues that differ in text, length and seen items.</summary>
    internal Dialogue Dialogue(int number) => new()
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

    /// <summary>A file of these bytes in the shop's folder.</summary>
    internal string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
