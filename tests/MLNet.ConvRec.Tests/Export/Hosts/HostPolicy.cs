using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests.Policy.HuggingFace;

namespace MLNet.ConvRec.Tests.Export.Hosts;

/// <summary>A policy of random weights with a published tokenizer, exported into a folder, and what it writes by the reference.</summary>
internal sealed class HostPolicy : IDisposable
{
    /// <summary>Greedy tokens that are compared.</summary>
    public const int TokenCount = 12;

    private readonly TemporaryFolder _folder = new();

    public HostPolicy(string modelType, ExportOptions? options = null)
    {
        var package = modelType == "llama" ? RealTokenizer.Llama.Package : RealTokenizer.Qwen.Package;
        var tokenizer = PolicyTokenizer.Parse(new RecordedTokenizer(package).Json);
        var config = RandomPolicy.Config(tokenizer.VocabularySize) with { ModelType = modelType, EndOfTurnTokenId = tokenizer.EndOfTurn };
        Policy = new PolicyModel(RandomPolicy.Create(config, seed: 21), tokenizer, new PromptOptions { ListLength = 5 });
        RecommenderExport.Write(Policy, Catalog, Folder, options ?? new ExportOptions());
    }

    public PolicyModel Policy { get; }

    public static ItemCatalog Catalog { get; } = ItemCatalog.Create(
        new (string Title, int Year)[] { ("Alien", 1979), ("Aliens", 1986), ("Arrival", 2016), ("Heat", 1995), ("Her", 2013), ("Drive", 2011), ("Gattaca", 1997) }
            .Select(film => new CatalogItem { Title = film.Title, Year = film.Year }));

    /// <summary>The exported folder.</summary>
    public string Folder => _folder.PathOf("exported");

    /// <summary>Prompts of different lengths.</summary>
    public static int[][] Prompts { get; } = [[11, 300, 45, 9, 77, 1200], [5, 6, 9]];

    /// <summary>A file beside the folder.</summary>
    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>The policy's own greedy tokens after a prompt.</summary>
    public int[] Greedy(int[] prompt)
    {
        var decoder = new ReferenceDecoder(Policy.Weights);
        List<int> tokens = [.. prompt];
        for (var i = 0; i < TokenCount; i++)
        {
            var logits = decoder.Logits(tokens);
            tokens.Add(Array.IndexOf(logits, logits.Max()));
        }

        return [.. tokens[prompt.Length..]];
    }

    public void Dispose() => _folder.Dispose();
}
