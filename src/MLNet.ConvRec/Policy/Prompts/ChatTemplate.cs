namespace MLNet.ConvRec.Policy.Prompts;

/// <summary>
/// The Jinja template by which other clients (transformers, transformers.js, llama.cpp) write the messages that <see cref="ChatPrompt"/>
/// writes, for a policy whose checkpoint brought none.
/// </summary>
internal static class ChatTemplate
{
    /// <summary>Returns the template of a format, with the policy's own system text where the messages begin without one.</summary>
    /// <remarks>It writes text as it stands; only <see cref="ChatPrompt"/> keeps a written control token from becoming one.</remarks>
    /// <param name="format">The format, as a tokenizer without a template has it.</param>
    /// <param name="prompt">The prompt whose system text it holds.</param>
    public static string Of(ChatFormat format, PromptOptions prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return format switch
        {
            ChatMl => Of(prompt.System, "", "<|im_start|>", "\\n", "", "<|im_end|>\\n"),
            Llama3Chat => Of(
                prompt.System, "{{- '<|begin_of_text|>' }}", "<|start_header_id|>", "<|end_header_id|>\\n\\n", " | trim", "<|eot_id|>"),
            _ => throw new ArgumentException($"There is no template of our own for {format}."),
        };
    }

    private static string Of(string systemText, string begin, string start, string afterRole, string filter, string end)
    {
        var system = systemText.Length == 0
            ? ""
            : "{%- if not messages or messages[0]['role'] != 'system' %}{{- '" + start + "system" + afterRole
                + (filter.Length == 0 ? Quote(systemText) : "' + '" + Quote(systemText) + "'" + filter + " + '") + end + "' }}{%- endif %}";
        return begin + system
            + "{%- for message in messages %}"
            + "{{- '" + start + "' + message['role'] + '" + afterRole + "' + message['content']" + filter + " + '" + end + "' }}"
            + "{%- endfor %}"
            + "{%- if add_generation_prompt %}{{- '" + start + "assistant" + afterRole + "' }}{%- endif %}";
    }

    // As a Jinja string in single quotes.
    private static string Quote(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
