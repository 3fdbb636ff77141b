using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Prompts;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Tests.Policy.Prompts;

public sealed class KnownChatTemplateTests
{
    /// <summary>Qwen2's, the shortest of the published ones that bring a system text.</summary>
    internal const string Qwen2 =
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}"
        + "{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    [Fact]
    public void PublishedTemplate_IsKnown_WithTheSystemTextItBrings()
    {
        Assert.Equal(new ChatMl { DefaultSystem = "You are a helpful assistant." }, KnownChatTemplate.Read(Qwen2, "f"));
        Assert.Equal(new ChatMl { DefaultSystem = "You are a helpful assistant." }, KnownChatTemplate.Read(Qwen2.ReplaceLineEndings("\r\n") + "\n", "f"));
        var another = Qwen2.Replace("You are a helpful assistant.", "It\\'s \\\"me\\\"\\\\,\\n you.", StringComparison.Ordinal);
        Assert.Equal("It's \"me\"\\,\n you.", KnownChatTemplate.Read(another, "f").DefaultSystem);
    }

    [Theory]
    [InlineData("+ message['content'] +", "+ message['content'] | trim +")]
    [InlineData("<|im_end|>' + '\n'}}", "<|im_end|>'}}")]
    [InlineData("{% for", " {% for")]
    [InlineData("{% if add_generation_prompt %}", "{% if not add_generation_prompt %}")]
    [InlineData("You are a helpful assistant.", "")]
    [InlineData("You are a helpful assistant.", "\\x41")]
    [InlineData("{% endif %}{{'<|im_start|>'", "{% endif %}{{'<|im_start|> '")]
    public void TemplateThatDiffers_IsRefusedWithASentence(string part, string changed)
    {
        Assert.Contains(part, Qwen2, StringComparison.Ordinal);

        var fault = Assert.Throws<InvalidDataException>(
            () => KnownChatTemplate.Read(Qwen2.Replace(part, changed, StringComparison.Ordinal), "a/tokenizer_config.json"));

        Assert.StartsWith("a/tokenizer_config.json: chat_template", fault.Message, StringComparison.Ordinal);
        Assert.Contains("remove it from the file", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Recommend items of the catalog.")]
    [InlineData("system")]
    [InlineData("role' \\ \" {% x %}\n<|im_end|>\r\n")]
    [InlineData(" ")]
    public void OwnTemplates_AreKnownAsSuch_WhateverTheSystemText(string system)
    {
        var prompt = new PromptOptions { System = system };

        Assert.True(KnownChatTemplate.IsOwn(ChatTemplate.Of(new ChatMl(), prompt)));
        Assert.True(KnownChatTemplate.IsOwn(ChatTemplate.Of(new Llama3Chat(), prompt)));
        Assert.False(KnownChatTemplate.IsOwn(ChatTemplate.Of(new ChatMl(), prompt) + " "));
        Assert.False(KnownChatTemplate.IsOwn(Qwen2));
    }

    [Fact]
    public void Config_HoldsOneTemplate_OrOneNamedDefault_OrAFileBeside()
    {
        Assert.Null(TokenizerConfigFile.Read("{}", "f").Format);
        Assert.Null(TokenizerConfigFile.Read("{\"chat_template\": null}", "f").Format);
        var several = System.Text.Json.JsonSerializer.Serialize(new { chat_template = new[] { new { name = "tool_use", template = "x" }, new { name = "default", template = Qwen2 } } });
        Assert.IsType<ChatMl>(TokenizerConfigFile.Read(several, "f").Format);
        Assert.IsType<ChatMl>(TokenizerConfigFile.Read("{\"chat_template\": \"unheard of\"}", "f", Qwen2).Format);
        Refused("{\"chat_template\": []}", "neither a text nor a list");
        Refused("{\"chat_template\": 5}", "neither a text nor a list");
        Refused("{\"chat_template\": \"{{ messages }}\"}", "none of those that are rendered here");
        Refused("[]", "not an object");
        Refused("{", "not valid JSON");

        static void Refused(string json, string part) =>
            Assert.Contains(part, Assert.Throws<InvalidDataException>(() => TokenizerConfigFile.Read(json, "f")).Message, StringComparison.Ordinal);
    }
}
