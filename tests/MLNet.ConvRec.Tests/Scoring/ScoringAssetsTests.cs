using System.Text.Json;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Tests.Policy;
using MLNet.ConvRec.Tests.Policy.Prompts;

namespace MLNet.ConvRec.Tests.Scoring;

public sealed class ScoringAssetsTests(SmallShop shop) : IClassFixture<SmallShop>
{
    [Fact]
    public void WrittenAndRead_AreTheSame()
    {
        var read = ScoringAssets.Parse(shop.Assets.ToJson().AsMemory());

        Assert.Equal(shop.Prompt.Options, read.Prompt.Options);
        Assert.Equal(shop.Prompt.Tokenizer.Json.Trim(), read.Prompt.Tokenizer.Json);
        Assert.Equal(
            shop.Catalog.Items.Select(item => (item.Reference, item.Popularity)),
            read.Catalog.Items.Select(item => (item.Reference, item.Popularity)));
        Assert.Equal(shop.Prompt.Encode(shop.Dialogue(7)), read.Prompt.Encode(shop.Dialogue(7)));
    }

    [Fact]
    public void ChatTemplateOfTheCheckpoint_IsCarried()
    {
        var tokenizer = PolicyTokenizer.Parse(shop.Prompt.Tokenizer.Json, JsonSerializer.Serialize(new { chat_template = KnownChatTemplateTests.Qwen2 }));
        var prompt = new ChatPrompt(tokenizer, shop.Prompt.Options with { System = "", Today = new(2025, 1, 2) });

        var read = ScoringAssets.Parse(new ScoringAssets(prompt, shop.Catalog).ToJson().AsMemory());

        Assert.StartsWith("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n", read.Prompt.Render(shop.Dialogue(7)), StringComparison.Ordinal);
        Assert.Equal(prompt.Encode(shop.Dialogue(7)), read.Prompt.Encode(shop.Dialogue(7)));
        Assert.Equal(prompt.Options, read.Prompt.Options);
    }

    [Fact]
    public void LaterFormat_IsRefused()
    {
        var later = shop.Assets.ToJson().Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal);

        var fault = Assert.Throws<InvalidDataException>(() => ScoringAssets.Parse(later.AsMemory()));

        Assert.Contains("format 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SameText_IsParsedOnce()
    {
        var text = shop.Assets.ToJson();

        Assert.Same(ScoringAssets.Of(text.AsMemory()), ScoringAssets.Of(text.AsMemory()));
    }

    [Fact]
    public void SeenTitle_ExcludesItsItemsOfEveryYear()
    {
        ItemReference[] seen = [new("HEAT", 1995), new("Heat"), new("Unknown")];

        var excluded = shop.Assets.Excluded(Dialogue.FromUser("x") with { Seen = seen });

        Assert.Equal(["Heat (1995)", "Heat (1986)"], excluded.Select(item => shop.Catalog.Items[item].Reference.ToString()));
    }
}
