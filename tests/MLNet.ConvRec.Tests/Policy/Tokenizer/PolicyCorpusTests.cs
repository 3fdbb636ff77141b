using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Tests.Policy.Tokenizer;

public sealed class PolicyCorpusTests
{
    [Fact]
    public void Vocabulary_WritesTitlesCompactly_InListsAndInText()
    {
        CatalogItem[] items = [new() { Title = "Arrival", Year = 2016 }, new() { Title = "Koyaanisqatsi", Year = 1982 }];
        var catalog = ItemCatalog.Create(items);
        var texts = PolicyCorpus.Texts(catalog, [Dialogue.FromUser("I loved Arrival.")], new PromptOptions());

        var tokenizer = PolicyTokenizer.Parse(BytePairTrainer.Train(texts, new BytePairOptions()));

        Assert.Equal(2, tokenizer.Encode("Koyaanisqatsi (1982)\n").Length);
        Assert.Equal(2, tokenizer.Encode(" Koyaanisqatsi (1982)").Length);
    }

    [Fact]
    public void Texts_HoldEachMessageAndTheWordsOfThePrompt()
    {
        var catalog = ItemCatalog.Create([new CatalogItem { Title = "Arrival" }]);
        var dialogue = new Dialogue { Id = "1", Turns = [new Turn(Role.User, "Hi"), new Turn(Role.Assistant, "Hello")] };

        var prompt = new PromptOptions { System = "Sys", Ask = "List {N}.", ListLength = 7 };
        var texts = PolicyCorpus.Texts(catalog, [dialogue], prompt).ToArray();

        Assert.Equal(["system\nSys\n", "user\nHi\n", "assistant\nHello\n", "List 7.\nassistant\n"], texts[..4]);
        Assert.All(texts[4..], text => Assert.Equal("Arrival\n Arrival", text));
        Assert.NotEmpty(texts[4..]);
    }
}
