using System.Text.Json;

namespace MLNet.ConvRec.Tests.Export.Hosts;

/// <summary>What a host made of an exported folder.</summary>
/// <param name="Logits">After the first prompt; a recorded answer has the first few.</param>
/// <param name="Tokens">Greedy tokens after each prompt.</param>
/// <param name="Together">The same of all prompts in one batch.</param>
internal sealed record HostAnswer(float[] Logits, int[][] Tokens, int[][] Together);

/// <summary>What transformers.js answered once, for machines without node; <c>CONVREC_RECORD=1</c> records it anew.</summary>
internal static class RecordedAnswers
{
    private const int LogitCount = 16;
    private const string Name = "transformers-js.json";

    public static IReadOnlyDictionary<string, HostAnswer> All =>
        JsonSerializer.Deserialize<SortedDictionary<string, HostAnswer>>(File.ReadAllText(Copied), JsonSerializerOptions.Web)!;

    private static string Copied => Path.Combine(AppContext.BaseDirectory, "Export", "Hosts", Name);

    /// <summary>Compares an answer with the recorded one.</summary>
    public static void Compare(string modelType, HostAnswer answer)
    {
        if (Environment.GetEnvironmentVariable("CONVREC_RECORD") == "1")
            Record(modelType, answer with { Logits = answer.Logits[..LogitCount] });
        var recorded = All[modelType];
        Assert.Equal(recorded.Tokens, answer.Tokens);
        Assert.All(recorded.Logits.Zip(answer.Logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static void Record(string modelType, HostAnswer answer)
    {
        var all = new SortedDictionary<string, HostAnswer>(File.Exists(Copied) ? All.ToDictionary() : [], StringComparer.Ordinal) { [modelType] = answer };
        var json = "{\n" + string.Join(",\n", all.Select(entry => $"\"{entry.Key}\": {JsonSerializer.Serialize(entry.Value, JsonSerializerOptions.Web)}")) + "\n}\n";
        File.WriteAllText(GoldenFiles.InRepository("tests", "MLNet.ConvRec.Tests", "Export", "Hosts", Name), json);
        File.WriteAllText(Copied, json);
    }
}
