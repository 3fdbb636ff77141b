using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Policy.Prompts;

/// <summary>Tells which format a checkpoint's chat template writes.</summary>
/// <remarks>
/// A template is a program; rather than guess from a part of it what it does, the published ones are known by their fingerprints and all
/// others refused. The system text that a template brings itself is left out of the fingerprint, since fine-tuned checkpoints have their
/// own.
/// </remarks>
internal static partial class KnownChatTemplate
{
    // SHA-256 of the template without its own system text, the first 16 digits; tests/.../HuggingFace checks each against its renderings.
    internal static readonly Dictionary<string, ChatFormat> Published = new(StringComparer.Ordinal)
    {
        ["e985118aa9d3dd81"] = new ChatMl(), // Qwen1.5
        ["5e39c6e8897201a1"] = new ChatMl(), // Qwen2
        ["eea43cfd0192536c"] = new ChatMl(), // Qwen2.5
        ["139dfcf92649a5d3"] = new ChatMl(), // Qwen2.5, its later revision
        ["87a2728cb8dc9fe4"] = new ChatMl { HasThoughts = true }, // Qwen3
        ["ba03a121d097859c"] = new Llama3Chat(), // Llama 3
        ["93c0e9aa3629bbd7"] = new Llama3Chat { HasDates = true }, // Llama 3.1 and 3.3
        ["d82792f95932f1c9"] = new Llama3Chat { HasDates = true }, // Llama 3.2
    };

    /// <summary>Reads a template.</summary>
    /// <param name="template">The template, as <c>tokenizer_config.json</c> holds it.</param>
    /// <param name="source">The file, for the message.</param>
    /// <exception cref="InvalidDataException">The template is none of those that are known.</exception>
    public static ChatFormat Read(string template, string source)
    {
        var (masked, system) = TakeSystem(template);
        if (Published.TryGetValue(Fingerprint(masked), out var format))
            return format with { DefaultSystem = system };
        throw new InvalidDataException(
            $"{source}: chat_template (fingerprint {Fingerprint(masked)}) is none of those that are rendered here: Qwen's to Qwen3, Llama's "
            + "from 3 to 3.3, and those that MLNet.ConvRec writes; remove it from the file to have the plain format of the tokenizer's "
            + "control tokens.");
    }

    /// <summary>Whether a template is one that <see cref="ChatTemplate"/> writes.</summary>
    public static bool IsOwn(string template)
    {
        var masked = TakeSystem(template).Masked;
        return new ChatFormat[] { new ChatMl(), new Llama3Chat() }.Any(format =>
            masked == ChatTemplate.Of(format, new PromptOptions { System = "" })
            || masked == TakeSystem(ChatTemplate.Of(format, new PromptOptions { System = "Any." })).Masked);
    }

    /// <summary>The fingerprint of a template.</summary>
    internal static string Fingerprint(string masked) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(masked)))[..16];

    // The literal of a whole system turn holds the text; Qwen2.5 repeats it where tools are given.
    internal static (string Masked, string System) TakeSystem(string template)
    {
        // Jinja leaves one line break at the end out.
        var text = template.Replace("\r\n", "\n", StringComparison.Ordinal);
        text = text.EndsWith('\n') ? text[..^1] : text;
        var match = SystemTurn().Match(text);
        var written = match.Groups["text"];
        if (!match.Success || Unquote(written.Value) is not { } system)
            return (text, "");
        var masked = string.Concat(text.AsSpan(0, written.Index), "{SYSTEM}", text.AsSpan(written.Index + written.Length));
        return (masked.Replace($"{{{{- '{written.Value}' }}}}", "{{- '{SYSTEM}' }}", StringComparison.Ordinal), system);
    }

    // A Jinja string's escapes; null where there is one that the engines read differently.
    private static string? Unquote(string written)
    {
        var text = new StringBuilder();
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] != '\\')
            {
                text.Append(written[i]);
                continue;
            }

            i++;
            switch (written[i])
            {
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case '\\' or '\'' or '"': text.Append(written[i]); break;
                default: return null;
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(
        @"'<\|(?:im_start\|>system(?:\\n|\n)(?<text>(?:[^'\\]|\\.)+?)<\|im_end\|>(?:\\n|\n)"
        + @"|start_header_id\|>system<\|end_header_id\|>\\n\\n' \+ '(?<text>(?:[^'\\]|\\.)+?)' \| trim \+ '<\|eot_id\|>)'",
        RegexOptions.CultureInvariant)]
    private static partial Regex SystemTurn();
}
