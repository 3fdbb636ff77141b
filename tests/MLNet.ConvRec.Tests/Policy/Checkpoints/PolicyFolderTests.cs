using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Policy.Prompts;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

public sealed class PolicyFolderTests : IDisposable
{
    private static readonly PolicyConfig Config =
        TinyPolicy.World(SmallTokenizer.Instance.VocabularySize, SmallTokenizer.Instance.EndOfTurn) with
        {
            HiddenSize = 16,
            IntermediateSize = 8,
        };

    private static readonly PolicyWeights Weights = PolicyInitialization.Random(Config, 1);

    private static readonly PromptOptions Prompt = new()
    {
        System = "It's \"this\".",
        Ask = "Name {N}.",
        ListLength = 5,
        MaxPromptTokens = 128,
    };

    private static readonly PromptOptions Otherwise = new() { System = "Other words." };

    private readonly TemporaryFolder _place = new();

    private string Folder => _place["policy"];

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Policy_IsLoadedAsItWasSaved()
    {
        PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt);

        var loaded = PolicyFolder.Load(Folder, Otherwise);

        Assert.Equal(Prompt, loaded.Prompt);
        Assert.Equal(SmallTokenizer.Json, loaded.Tokenizer.Json);
        Assert.Equivalent(Weights.Config, loaded.Weights.Config, strict: true);
        Assert.Equal(Weights.Tensors.Count, loaded.Weights.Tensors.Count);
        Assert.All(Weights.Tensors, entry => Assert.Equal(entry.Value.ToArray(), loaded.Weights.Tensors[entry.Key].ToArray()));
        Assert.Equal(["policy"], Directory.GetFileSystemEntries(_place.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void SavedTwice_GivesTheSameBytes()
    {
        PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt);
        var first = Directory.GetFiles(Folder).Order().ToDictionary(path => path, File.ReadAllBytes);

        PolicyFolder.Save(Folder + Path.DirectorySeparatorChar, Weights, SmallTokenizer.Instance, Prompt);

        Assert.Equal(6, first.Count);
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public void Files_AreWhatHuggingFaceReads()
    {
        PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt);

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "config.json")))!;
        var generation = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "generation_config.json")))!;
        var tokenizer = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "tokenizer_config.json")))!;

        Assert.Equal("qwen2", (string?)config["model_type"]);
        Assert.Equal("Qwen2ForCausalLM", (string?)config["architectures"]![0]);
        Assert.Equal(SmallTokenizer.Instance.EndOfTurn, (int)config["eos_token_id"]!);
        Assert.Equal(SmallTokenizer.Instance.EndOfTurn, (int)generation["eos_token_id"]![0]!);
        Assert.Equal("Qwen2Tokenizer", (string?)tokenizer["tokenizer_class"]);
        Assert.Equal("<|im_end|>", (string?)tokenizer["eos_token"]);
        Assert.Equal("<|im_end|>", (string?)tokenizer["added_tokens_decoder"]![$"{SmallTokenizer.Instance.EndOfTurn}"]!["content"]);
        Assert.Equal(ChatTemplate.Of(new ChatMl(), Prompt), (string?)tokenizer["chat_template"]);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void MissingFile_IsNamed(string name)
    {
        PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt);
        File.Delete(Path.Combine(Folder, name));

        var fault = Assert.Throws<FileNotFoundException>(() => PolicyFolder.Load(Folder, Otherwise));

        Assert.Contains(Path.Combine(Folder, name), fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "model_type", "\"llama\"", "architectures is Qwen2ForCausalLM")]
    [InlineData("config.json", "tie_word_embeddings", "false", "lm_head.weight, which config.json asks for, is missing (tie_word_embeddings is false")]
    [InlineData("config.json", "head_dim", "8", "[32, 16]")]
    [InlineData("config.json", "num_hidden_layers", "3", "model.layers.2.input_layernorm.weight")]
    [InlineData("config.json", "num_hidden_layers", "1", "has no place")]
    [InlineData("config.json", "intermediate_size", "9", "[8, 16]")]
    [InlineData("config.json", "eos_token_id", "0", "different policies")]
    [InlineData("config.json", "eos_token_id", "[0]", "different policies")]
    [InlineData("config.json", "vocab_size", "300", "different policies")]
    [InlineData("convrec.json", "listLength", "0", "PromptOptions.ListLength")]
    [InlineData("convrec.json", "unheardOf", "1", "unheardOf")]
    public void FileThatSaysSomethingElse_IsRefusedWithASentence(string name, string option, string value, string part)
    {
        PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt);
        var path = Path.Combine(Folder, name);
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        file[option] = JsonNode.Parse(value);
        if (option == "vocab_size")
            file["eos_token_id"] = null;
        File.WriteAllText(path, file.ToJsonString());

        var fault = Assert.Throws<InvalidDataException>(() => PolicyFolder.Load(Folder, Otherwise));

        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
        Assert.Contains(Folder, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    [InlineData("convrec.json")]
    public void FileCutShort_IsRefusedWithASentence(string name)
    {
        PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt);
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);

        var fault = Assert.Throws<InvalidDataException>(() => PolicyFolder.Load(Folder, Otherwise));

        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderWithSomethingElse_IsLeftAlone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "thesis.txt"), "years of work");

        var fault = Assert.Throws<IOException>(() => PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt));

        Assert.Contains("thesis.txt", fault.Message, StringComparison.Ordinal);
        Assert.Equal("years of work", File.ReadAllText(Path.Combine(Folder, "thesis.txt")));
    }

    [Fact]
    public void FailedSave_LeavesTheEarlierPolicy()
    {
        PolicyFolder.Save(Folder, Weights, SmallTokenizer.Instance, Prompt);
        var broken = Weights with { Tensors = new Dictionary<string, NamedTensor> { ["x"] = new UnreadableTensor() } };

        Assert.Throws<IOException>(() => PolicyFolder.Save(Folder, broken, SmallTokenizer.Instance, Prompt));

        Assert.Equal([Folder], Directory.GetFileSystemEntries(_place.Path));
        Assert.Equal(Prompt, PolicyFolder.Load(Folder, Otherwise).Prompt);
    }
}
