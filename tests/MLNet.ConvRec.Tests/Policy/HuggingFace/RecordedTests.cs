using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Prompts;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>
/// Against what the real tokenizers and templates gave once, so that a machine without node checks it too. To record anew:
/// <c>CONVREC_RECORD=1 dotnet test --project tests/MLNet.ConvRec.Tests --filter FullyQualifiedName~RecordedTests</c>.
/// </summary>
public sealed class RecordedTests
{
    private const string Renderings = "renderings.json";

    private static readonly JsonSerializerOptions Layout = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly bool Records = Environment.GetEnvironmentVariable("CONVREC_RECORD") == "1";

    [Theory]
    [MemberData(nameof(RealTokenizerTests.Packages), MemberType = typeof(RealTokenizerTests))]
    public void RecordedTexts_GetTheIdsOfTheRealTokenizer(string package)
    {
        var recorded = new RecordedTokenizer(package);
        var tokenizer = PolicyTokenizer.Parse(recorded.Json);

        Assert.InRange(recorded.Texts.Length, 300, 1000);
        foreach (var (text, ids) in recorded.Texts)
            Assert.Equal(ids, tokenizer.Encode(text));
    }

    [Theory]
    [MemberData(nameof(RealTokenizerTests.Packages), MemberType = typeof(RealTokenizerTests))]
    public void RecordedIds_AreThoseOfTheRealTokenizer(string package)
    {
        var real = new RealTokenizer(package);
        var recorded = new RecordedTokenizer(package);
        var full = File.ReadAllText(real.JsonPath);
        if (Records)
        {
            string[] texts = [.. RecordedTexts.All.Distinct(StringComparer.Ordinal)];
            var known = texts.Zip(real.Encode(texts)).Where(entry => entry.Second is not null).Select(entry => (entry.First, entry.Second!)).ToArray();
            recorded.Write(ReducedTokenizer.Of(full, known.Select(entry => entry.First)), known);
        }

        var (written, ids) = (recorded.Texts.Select(entry => entry.Text).ToArray(), recorded.Texts.Select(entry => entry.Ids).ToArray());
        Assert.Equal(recorded.Json, ReducedTokenizer.Of(full, written));
        Assert.All(real.Encode(written).Zip(ids), entry => Assert.True(entry.First is null || entry.First.AsSpan().SequenceEqual(entry.Second)));
        var tokenizer = PolicyTokenizer.Parse(full);
        Assert.All(written.Zip(ids), entry => Assert.Equal(entry.Second, tokenizer.Encode(entry.First)));
    }

    [Fact]
    public void RecordedConversations_AreWrittenAsTheirTemplatesWriteThem()
    {
        var recorded = JsonSerializer.Deserialize<Rendering[]>(File.ReadAllText(RecordedTokenizer.Copied(Renderings)), Layout)!;

        Assert.Equal(10, recorded.Length);
        foreach (var rendering in recorded)
        {
            var format = KnownChatTemplate.Published[rendering.Fingerprint] with { DefaultSystem = rendering.DefaultSystem };
            foreach (var (conversation, text) in RecordedTexts.Conversations.Zip(rendering.Texts))
                Assert.Equal(text, Written(format, conversation));
        }
    }

    [Fact]
    public void RecordedRenderings_AreThoseOfThePublishedTemplates()
    {
        var published = PublishedTemplate.Render(RecordedTexts.Conversations).Select(entry =>
        {
            var (masked, system) = KnownChatTemplate.TakeSystem(entry.Template);
            return new Rendering(entry.Name, KnownChatTemplate.Fingerprint(masked), system, entry.Texts);
        });
        var json = JsonSerializer.Serialize(published, Layout) + "\n";
        if (Records)
            RecordedTokenizer.Write(Renderings, json);

        Assert.Equal(File.ReadAllText(RecordedTokenizer.Copied(Renderings)), json);
    }

    private static string Written(ChatFormat format, Conversation conversation)
    {
        var system = conversation.Prompt.System;
        return string.Concat(format.Opening(system, conversation.Prompt.Today)
            .Concat(conversation.Messages.Skip(system.Length > 0 ? 1 : 0).SelectMany(message => format.Message(message.Role, message.Content)))
            .Concat(format.AnswerStart())
            .Select(part => part.Text));
    }

    private sealed record Rendering(string Name, string Fingerprint, string DefaultSystem, string[] Texts);
}
