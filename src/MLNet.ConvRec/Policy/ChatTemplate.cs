namespace MLNet.ConvRec.Policy;

/// <summary>
/// The Jinja template by which other clients (transformers, transformers.js, llama.cpp) write the messages that <see cref="ChatPrompt"/>
/// writes.
/// </summary>
internal static class ChatTemplate
{
    /// <summary>Returns the template: ChatML, with the policy's own system text where the messages begin without one.</summary>
    /// <remarks>It writes text as it stands; only <see cref="ChatPrompt"/> keeps a written control token from becoming one.</remarks>
    /// <param name="prompt">The prompt whose system text it holds.</param>
    public static string Of(PromptOptions prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var system = prompt.System.Length == 0
            ? ""
            : "{%- if not messages or messages[0]['role'] != 'system' %}{{- '<|im_start|>system\\n"
                + Quote(prompt.System) + "<|im_end|>\\n' }}{%- endif %}";
        return system
            + "{%- for message in messages %}"
            + "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{%- endfor %}"
            + "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}";
    }

    // As a Jinja string in single quotes.
    private static string Quote(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
