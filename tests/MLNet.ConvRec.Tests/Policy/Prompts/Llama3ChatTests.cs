using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Prompts;
using MLNet.ConvRec.Tests.Policy.HuggingFace;

namespace MLNet.ConvRec.Tests.Policy.Prompts;

public sealed class Llama3ChatTests
{
    private static readonly PolicyTokenizer Tokenizer = PolicyTokenizer.Parse(new RecordedTokenizer(RealTokenizer.Llama.Package).Json);

    private static readonly Dialogue Talk = new()
    {
        Id = "talk",
        Turns = [new Turn(Role.User, " Hi! \n"), new Turn(Role.Assistant, "\u001C\u0085What do you like?\u2028"), new Turn(Role.User, "\uFEFFArrival (2016)")],
    };

    [Fact]
    public void Prompt_IsLlamas_ByTheTokenizersControlTokens()
    {
        var prompt = new ChatPrompt(Tokenizer, new PromptOptions { System = " Be brief.\n" });

        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nHi!<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\nWhat do you like?<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\n\uFEFFArrival (2016)\nList 20 titles.<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n",
            prompt.Render(Talk));
        Assert.Equal(prompt.Render(Talk), Tokenizer.Decode(prompt.Encode(Talk)));
        Assert.Equal(Tokenizer.ControlToken("<|begin_of_text|>"), prompt.Encode(Talk)[0]);
        Assert.Equal(Tokenizer.ControlToken("<|eot_id|>"), Tokenizer.EndOfTurn);
    }

    [Fact]
    public void PromptWithoutSystemText_BeginsWithTheDialogue()
    {
        var prompt = new ChatPrompt(Tokenizer, new PromptOptions { System = "" });

        Assert.StartsWith("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi!<|eot_id|>", prompt.Render(Talk), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    [InlineData("th-TH")]
    public void DatedSystemTurn_NamesTheDayOfTheOptions_NeverTheClocks(string culture)
    {
        var before = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo(culture);
        try
        {
            var format = new Llama3Chat { HasDates = true };

            Assert.Equal(
                "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\nx<|eot_id|>",
                string.Concat(format.Opening("x", new PromptOptions().Today).Select(part => part.Text)));
            Assert.Contains("Today Date: 03 Mar 2025\n\n<", string.Concat(format.Opening("", new(2025, 3, 3)).Select(part => part.Text)), StringComparison.Ordinal);
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    [Fact]
    public void LongDialogue_KeepsItsFrame()
    {
        var prompt = new ChatPrompt(Tokenizer, new PromptOptions { MaxPromptTokens = 120 });
        var dialogue = new Dialogue { Id = "long", Turns = [.. Enumerable.Range(0, 60).Select(turn => new Turn((Role)(turn % 2), $"turn{turn} 千と千尋 end{turn}"))] };

        var text = prompt.Render(dialogue);

        Assert.InRange(prompt.Encode(dialogue).Length, 100, 120);
        Assert.StartsWith("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nRecommend items of the catalog.<|eot_id|><|start_header_id|>", text, StringComparison.Ordinal);
        Assert.EndsWith("end59<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nList 20 titles.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\uFFFD", text, StringComparison.Ordinal);
        Assert.Equal(text, Tokenizer.Decode(prompt.Encode(dialogue)));
    }

    [Fact]
    public void TokenizerWithoutAnEndOfTurn_IsRefusedWithASentence()
    {
        var file = System.Text.Json.Nodes.JsonNode.Parse(SmallTokenizer.Json)!;
        file["added_tokens"] = new System.Text.Json.Nodes.JsonArray();

        var fault = Assert.Throws<InvalidDataException>(() => new ChatPrompt(PolicyTokenizer.Parse(file.ToJsonString()), new PromptOptions()));

        Assert.Contains("no control token that ends a turn", fault.Message, StringComparison.Ordinal);
    }
}
