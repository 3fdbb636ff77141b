using System.Text.Json;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Prompts;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>Against transformers.js' rendering of the templates of published checkpoints, where node can run it.</summary>
public sealed class ChatTemplateTests(ITestOutputHelper output)
{
    [Fact]
    public void Conversations_AreWrittenAsThePublishedTemplatesWriteThem()
    {
        var conversations = Conversation.Many(500, seed: 3);
        var tokenizers = new[] { RealTokenizer.Qwen, RealTokenizer.Llama }.ToDictionary(real => real, real => File.ReadAllText(real.JsonPath));

        foreach (var (name, template, texts) in PublishedTemplate.Render(conversations))
        {
            var real = name.Contains("llama", StringComparison.Ordinal) ? RealTokenizer.Llama : RealTokenizer.Qwen;
            var tokenizer = PolicyTokenizer.Parse(tokenizers[real], JsonSerializer.Serialize(new { chat_template = template }));
            var ids = real.EncodePrompts(texts);
            var compared = 0;
            foreach (var (index, (prompt, dialogue)) in conversations.Select(each => (new ChatPrompt(tokenizer, each.Prompt), each.Dialogue)).Index())
            {
                Assert.Equal(texts[index], prompt.Render(dialogue));
                // A written <think> is a control token to the one and text to the other.
                if (dialogue.Turns.Any(turn => turn.Text.Contains("think>", StringComparison.Ordinal)))
                    continue;
                Assert.Equal(ids[index], prompt.Encode(dialogue));
                compared++;
            }

            output.WriteLine($"{name}: {texts.Length} texts equal, {compared} of them also as token ids");
            Assert.True(compared > texts.Length / 3);
        }
    }

    [Fact]
    public void OwnTemplates_WriteWhatThePolicyIsAsked()
    {
        // The foreign client gives the turns alone; the system text comes from the template.
        var conversations = Conversation.Many(100, seed: 8).Select(each => each with { Prompt = each.Prompt with { System = "" } }).ToArray();
        string[] systems = ["", "You recommend films.", " It's \"quoted\" \\ here\nand 'there' ", " ", "system"];
        var own = (
            from real in new[] { RealTokenizer.Qwen, RealTokenizer.Llama }
            let tokenizer = PolicyTokenizer.Parse(new RecordedTokenizer(real.Package).Json)
            from system in systems
            select (Tokenizer: tokenizer, System: system, Template: ChatTemplate.Of(tokenizer.Format, new PromptOptions { System = system }))).ToArray();

        var rendered = PublishedTemplate.Render(conversations, [.. own.Select(each => each.Template)])[^own.Length..];

        foreach (var ((tokenizer, system, template), texts) in own.Zip(rendered.Select(each => each.Texts)))
        {
            Assert.True(KnownChatTemplate.IsOwn(template));
            foreach (var (conversation, text) in conversations.Zip(texts))
                Assert.Equal(text, new ChatPrompt(tokenizer, conversation.Prompt with { System = system }).Render(conversation.Dialogue));
        }
    }
}
