using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Folder;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests.Policy.HuggingFace;

namespace MLNet.ConvRec.Tests.Export.Hosts;

/// <summary>
/// A policy of random weights with a published tokenizer, exported into a folder, and what it writes: by the reference, or by ONNX Runtime in .NET
/// where weights are rounded.
/// </summary>
internal sealed class HostPolicy : IDisposable
{
    /// <summary>Greedy tokens that are compared.</summary>
    public const int TokenCount = 12;

    private readonly TemporaryFolder _folder = new();
    private readonly ExportOptions _options;

    public HostPolicy(string modelType, ExportOptions? options = null)
    {
        _options = options ?? new ExportOptions();
        var package = modelType == "llama" ? RealTokenizer.Llama.Package : RealTokenizer.Qwen.Package;
        var tokenizer = PolicyTokenizer.Parse(new RecordedTokenizer(package).Json);
        var config = RandomPolicy.Config(tokenizer.VocabularySize) with { ModelType = modelType, EndOfTurnTokenId = tokenizer.EndOfTurn };
        Policy = new PolicyModel(RandomPolicy.Create(config, seed: 21), tokenizer, new PromptOptions { ListLength = 5 });
        RecommenderExport.Write(Policy, Catalog, Folder, _options);
    }

    public PolicyModel Policy { get; }

    public static ItemCatalog Catalog { get; } = ItemCatalog.Create(
        new (string Title, int Year)[] { ("Alien", 1979), ("Aliens", 1986), ("Arrival", 2016), ("Heat", 1995), ("Her", 2013), ("Drive", 2011), ("Gattaca", 1997) }
            .Select(film => new CatalogItem { Title = film.Title, Year = film.Year }));

    /// <summary>The exported folder.</summary>
    public string Folder => _folder.PathOf("exported");

    /// <summary>Prompts of different lengths.</summary>
    public static int[][] Prompts { get; } = [[11, 300, 45, 9, 77, 1200], [5, 6, 9]];

    /// <summary>The decoder's file in it.</summary>
    public string DecoderPath => Path.Combine(Folder, DecoderFile.Of(_options.Precision));

    /// <summary>A file beside the folder.</summary>
    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>The policy's own greedy tokens after a prompt.</summary>
    public int[] Greedy(int[] prompt)
    {
        var decoder = new ReferenceDecoder(Policy.Weights);
        return Greedy(prompt, decoder.Logits);
    }

    /// <summary>What ONNX Runtime in .NET makes of the exported decoder, prompt by prompt.</summary>
    public (float[] Logits, int[] Tokens)[] RunHere()
    {
        using var session = new InferenceSession(DecoderPath);
        float[] Logits(IEnumerable<int> tokens)
        {
            using var step = new DecoderStep(session, Policy.Config);
            long[] all = [.. tokens.Select(token => (long)token)];
            return step.Run([all], [Array.ConvertAll(all, _ => 1L)])[0][^1];
        }

        return Array.ConvertAll(Prompts, prompt => (Logits(prompt), Greedy(prompt, Logits)));
    }

    public void Dispose() => _folder.Dispose();

    private static int[] Greedy<T>(int[] prompt, Func<IReadOnlyList<int>, T[]> next)
    {
        List<int> tokens = [.. prompt];
        for (var i = 0; i < TokenCount; i++)
        {
            var logits = next(tokens);
            tokens.Add(Array.IndexOf(logits, logits.Max()));
        }

        return [.. tokens[prompt.Length..]];
    }
}
