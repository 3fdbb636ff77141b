using System.Text;
using System.Text.Json;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>What node answered, in files beside this one: a reduced tokenizer, and the ids that the real one gave.</summary>
/// <param name="Package">The package of the real one.</param>
internal sealed record RecordedTokenizer(string Package)
{
    public string Json => File.ReadAllText(Copied($"{Package}.reduced.json"));

    /// <summary>The texts and their ids.</summary>
    public (string Text, int[] Ids)[] Texts => [.. JsonSerializer.Deserialize<TextWithIds[]>(File.ReadAllText(Copied($"{Package}.ids.json")))!
        .Select(entry => (Encoding.Unicode.GetString(Convert.FromBase64String(entry.Utf16)), entry.Ids))];

    /// <summary>Writes the files anew, into the source and beside the tests.</summary>
    public void Write(string json, IEnumerable<(string Text, int[] Ids)> texts)
    {
        Write($"{Package}.reduced.json", json);
        Write($"{Package}.ids.json", "[\n" + string.Join(",\n", texts.Select(entry => JsonSerializer.Serialize(
            new TextWithIds(Convert.ToBase64String(Encoding.Unicode.GetBytes(entry.Text)), entry.Ids)))) + "\n]\n");
    }

    internal static string Copied(string name) => Path.Combine(AppContext.BaseDirectory, "Policy", "HuggingFace", name);

    internal static void Write(string name, string content)
    {
        File.WriteAllText(GoldenFiles.InRepository("tests", "MLNet.ConvRec.Tests", "Policy", "HuggingFace", name), content);
        File.WriteAllText(Copied(name), content);
    }

    // UTF-16 in base64, since JSON holds no lone surrogate.
    private sealed record TextWithIds(string Utf16, int[] Ids);
}
