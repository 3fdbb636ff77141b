using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Export.Folder;

/// <summary>The exported folder and its files.</summary>
internal static class ExportFolder
{
    public const string RecommenderFile = "recommender.onnx";
    public const string CatalogFile = "catalog.jsonl";

    private const string CardFile = "README.md";

    private static readonly string[] Files =
        [RecommenderFile, .. DecoderFile.All, GenAiConfigFile.Name, .. PolicyFolder.HostFiles, CatalogFile, HostFile.Name, CardFile];

    /// <summary>Writes the folder; see <see cref="RecommenderExport.Write"/>.</summary>
    public static void Write(PolicyModel policy, ItemCatalog catalog, string folder, ExportOptions options)
    {
        var metrics = options.MetricsFile is { } file ? MetricTable.Read(file) : null;
        policy = Normal(policy);
        var form = new GraphForm { Decoding = options.Decoding, Precision = options.Precision, Prefix = CachedPrefix.Of(policy.Prompt) };
        if (options.MaximumFileBytes is { } limit)
            form = form with { MaximumBytes = limit };
        if (!options.IsDecoderOnly)
            form.RequireOneFile(policy.Weights);
        FolderReplacement.Write(folder, Files, partial =>
        {
            var catalogPath = Path.Combine(partial, CatalogFile);
            catalog.Save(catalogPath);
            var told = form with { CatalogHash = HashOf(catalogPath), PolicyHash = PolicyHash.Of(policy) };
            if (!options.IsDecoderOnly)
                WriteRecommender(policy, catalog, partial, told);
            WriteDecoder(policy, partial, told);
            File.WriteAllText(Path.Combine(partial, GenAiConfigFile.Name), GenAiConfigFile.Write(policy, told.Precision));
            File.WriteAllText(Path.Combine(partial, HostFile.Name), HostFile.Write(policy, catalog, told));
            File.WriteAllText(Path.Combine(partial, CardFile), ModelCard.Write(policy, catalog, told, new CardContent(metrics, !options.IsDecoderOnly)));
        });
    }

    private static void WriteRecommender(PolicyModel policy, ItemCatalog catalog, string folder, GraphForm form)
    {
        var trie = policy.Prompt.TrieOf(catalog);
        var recommender = RecommenderGraph.Build(policy.Weights, trie, policy.Prompt.Options.ListLength, form);
        File.WriteAllBytes(Path.Combine(folder, RecommenderFile), recommender);
    }

    private static void WriteDecoder(PolicyModel policy, string folder, GraphForm form)
    {
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        var isSplit = ExternalData.Write(DecoderStepGraph.Build(policy.Weights, form), Path.Combine(folder, DecoderFile.Of(form.Precision)), form.MaximumBytes);

        // Without it, transformers.js takes a file by the device: fp32's in node, q8's in a page.
        var host = new JsonObject { ["dtype"] = DecoderFile.DtypeOf(form.Precision) };
        if (isSplit)
            host["use_external_data_format"] = true;
        PolicyFolder.WriteHostFiles(
            folder, policy.Config, policy.Prompt.Tokenizer, policy.Prompt.Options, new Dictionary<string, JsonNode> { ["transformers.js_config"] = host });
    }

    // The same policy out of a folder and out of a model.zip gives the same files: graphs compute in float32, whatever type a checkpoint has.
    private static PolicyModel Normal(PolicyModel policy)
    {
        var config = policy.Config with { WeightType = "float32", EndOfTurnTokenId = policy.Prompt.Tokenizer.EndOfTurn };
        return policy.With(policy.Weights with { Config = config });
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
