using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>Against transformers.js' rendering of the templates of published checkpoints, where node can run it.</summary>
public sealed class ChatTemplateTests(ITestOutputHelper output)
{
    [Fact]
    public void Conversations_AreWrittenAsThePublishedTemplatesWriteThem()
    {
        var conversations = Conversation.Many(500, seed: 3);
        var published = PublishedTemplate.Render(conversations);
        var tokenizers = new[] { RealTokenizer.Qwen, RealTokenizer.Llama }.ToDictionary(real => real, real => File.ReadAllText(real.JsonPath));

        foreach (var (name, template, _) in published)
            output.WriteLine($"{name}: fingerprint {KnownChatTemplate.Fingerprint(KnownChatTemplate.TakeSystem(template).Masked)}");
        foreach (var (name, template, texts) in published)
        {
            var real = name.Contains("llama", StringComparison.Ordinal) ? RealTokenizer.Llama : RealTokenizer.Qwen;
            var tokenizer = PolicyTokenizer.Parse(tokenizers[real], JsonSerializer.Serialize(new { chat_template = template }));
            foreach (var (conversation, text) in conversations.Zip(texts))
                Assert.Equal(text, new ChatPrompt(tokenizer, conversation.Prompt).Render(conversation.Dialogue));
        }
    }
}
