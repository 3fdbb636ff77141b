using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Values of decoder.py, kept beside it so that every machine can compare.</summary>
/// <param name="Prompt">Token ids.</param>
/// <param name="Continuation">Its greedy tokens.</param>
/// <param name="Logits">The logits after its last token [V]; kept for some prompts alone.</param>
internal sealed record RecordedAnswer(
    [property: JsonPropertyName("prompt")] int[] Prompt,
    [property: JsonPropertyName("continuation")] int[] Continuation,
    [property: JsonPropertyName("logits"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float[]? Logits)
{
    // Every one of its logits would take ten times the room.
    private const int PromptsPerLogits = 20;

    public static RecordedAnswer[] Read(string network, [CallerFilePath] string thisFile = "") =>
        [.. File.ReadLines(PathOf(network, thisFile)).Select(line => JsonSerializer.Deserialize<RecordedAnswer>(line)!)];

    public static void Write(string network, ReferenceRequest request, ReferenceAnswer answer, [CallerFilePath] string thisFile = "")
    {
        var lines = request.Prompts.Select((prompt, i) => JsonSerializer.Serialize(new RecordedAnswer(
            prompt,
            answer.Continuations[i],
            i % PromptsPerLogits == 0 ? [.. answer.Logits[i].Select(logit => MathF.Round(logit, 5))] : null)));
        File.WriteAllText(PathOf(network, thisFile), string.Concat(lines.Select(line => line + "\n")));
    }

    private static string PathOf(string network, string thisFile) =>
        Path.Combine(SourceTree.FolderOf(thisFile), $"{network}.recorded.jsonl");
}
