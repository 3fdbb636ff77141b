using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Policy.Prompts;
using MLNet.ConvRec.Tests.Policy.HuggingFace;
using MLNet.ConvRec.Tests.Policy.Prompts;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

/// <summary>A folder as a checkpoint is published: no <c>convrec.json</c>, a tokenizer and a template of its own.</summary>
public sealed class CheckpointFolderTests : IDisposable
{
    private const string Qwen2Template = KnownChatTemplateTests.Qwen2;

    private const string Llama3Template =
        "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
        + "+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    private readonly TemporaryFolder _place = new();

    private string Checkpoint => _place["checkpoint"];

    private string Saved => _place["saved"];

    public void Dispose() => _place.Dispose();

    [Fact]
    public void QwensConfig_IsKept_AndItsTemplateFollowed()
    {
        Publish(RealTokenizer.Qwen, "<|im_end|>", new JsonObject
        {
            ["tokenizer_class"] = "Qwen2Tokenizer",
            ["eos_token"] = "<|im_end|>",
            ["pad_token"] = "<|endoftext|>",
            ["extra"] = new JsonArray(1, "two"),
            ["chat_template"] = Qwen2Template,
        });

        var policy = PolicyModel.Load(Checkpoint, new PromptOptions { System = "" });
        policy.Save(Saved);

        Assert.StartsWith("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n", policy.Prompt.Render(new() { Id = "x", Turns = [] }), StringComparison.Ordinal);
        AssertSameJson("tokenizer_config.json");
        AssertSaved(policy, eos: ["<|im_end|>", "<|endoftext|>"], begin: "<|endoftext|>");
    }

    [Fact]
    public void LlamasConfig_IsKept_AndItsTemplateFollowed()
    {
        Publish(RealTokenizer.Llama, "<|eot_id|>", new JsonObject
        {
            ["bos_token"] = "<|begin_of_text|>",
            ["eos_token"] = new JsonObject { ["content"] = "<|eot_id|>", ["special"] = true },
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["chat_template"] = Llama3Template,
        });

        var policy = PolicyModel.Load(Checkpoint, new PromptOptions());
        policy.Save(Saved);

        Assert.StartsWith("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nRecommend", policy.Prompt.Render(new() { Id = "x", Turns = [] }), StringComparison.Ordinal);
        AssertSameJson("tokenizer_config.json");
        AssertSaved(policy, eos: ["<|eot_id|>", "<|end_of_text|>"], begin: "<|begin_of_text|>");
    }

    [Fact]
    public void BaseModel_GetsTheTemplateOfItsPrompt_AndEndsTurns()
    {
        Publish(RealTokenizer.Llama, "<|end_of_text|>", new JsonObject { ["bos_token"] = "<|begin_of_text|>", ["eos_token"] = "<|end_of_text|>", ["kept"] = 1 });

        var policy = PolicyModel.Load(Checkpoint, new PromptOptions { System = "You recommend." });
        policy.Save(Saved);

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Saved, "tokenizer_config.json")))!;
        Assert.Equal("<|eot_id|>", (string?)config["eos_token"]);
        Assert.Equal(1, (int)config["kept"]!);
        Assert.Equal(ChatTemplate.Of(new Llama3Chat(), policy.Prompt.Options), (string?)config["chat_template"]);
        AssertSaved(policy, eos: ["<|eot_id|>", "<|end_of_text|>"], begin: "<|begin_of_text|>");
    }

    [Fact]
    public void TokenizerAlone_IsEnough()
    {
        Publish(RealTokenizer.Llama, "<|eot_id|>", config: null);

        var policy = PolicyModel.Load(Checkpoint, new PromptOptions());
        policy.Save(Saved);

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Saved, "tokenizer_config.json")))!;
        Assert.Equal("PreTrainedTokenizerFast", (string?)config["tokenizer_class"]);
        Assert.Equal("<|begin_of_text|>", (string?)config["bos_token"]);
        AssertSaved(policy, eos: ["<|eot_id|>", "<|end_of_text|>"], begin: "<|begin_of_text|>");
    }

    [Fact]
    public void TemplateBesideTheConfig_IsTakenIntoIt()
    {
        Publish(RealTokenizer.Qwen, "<|im_end|>", new JsonObject { ["eos_token"] = "<|im_end|>" });
        File.WriteAllText(Path.Combine(Checkpoint, "chat_template.jinja"), Qwen2Template + "\n");

        PolicyModel.Load(Checkpoint, new PromptOptions()).Save(Saved);

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Saved, "tokenizer_config.json")))!;
        Assert.Equal(Qwen2Template + "\n", (string?)config["chat_template"]);
    }

    [Fact]
    public void UnknownTemplate_IsRefusedWithTheFile()
    {
        Publish(RealTokenizer.Qwen, "<|im_end|>", new JsonObject { ["chat_template"] = Qwen2Template.Replace("<|im_start|>' +", "' +", StringComparison.Ordinal) });

        var fault = Assert.Throws<InvalidDataException>(() => PolicyModel.Load(Checkpoint, new PromptOptions()));

        Assert.StartsWith(Path.Combine(Checkpoint, "tokenizer_config.json"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderOfAPolicy_KeepsItsOwnWords_AndACheckpointTakesTheDefaults()
    {
        Publish(RealTokenizer.Qwen, "<|im_end|>", config: null);
        Assert.Equal(new PromptOptions(), PolicyModel.Load(Checkpoint).Prompt.Options);
        PolicyModel.Load(Checkpoint, new PromptOptions { System = "First." }).Save(Saved);

        Assert.Equal("First.", PolicyModel.Load(Saved, new PromptOptions { System = "Second." }).Prompt.Options.System);
    }

    private void Publish(RealTokenizer real, string end, JsonObject? config)
    {
        var tokenizer = PolicyTokenizer.Parse(new RecordedTokenizer(real.Package).Json);
        var shape = TinyPolicy.World(tokenizer.VocabularySize + 5, tokenizer.ControlToken(end)) with { HiddenSize = 8, IntermediateSize = 8, LayerCount = 1, HeadCount = 2 };
        PolicyFolder.Save(Checkpoint, PolicyInitialization.Random(shape, 1), tokenizer, new PromptOptions());
        var configPath = Path.Combine(Checkpoint, "config.json");
        var file = JsonNode.Parse(File.ReadAllText(configPath))!;
        file["eos_token_id"] = tokenizer.ControlToken(end);
        File.WriteAllText(configPath, file.ToJsonString());
        File.Delete(Path.Combine(Checkpoint, "convrec.json"));
        File.Delete(Path.Combine(Checkpoint, "generation_config.json"));
        File.Delete(Path.Combine(Checkpoint, "tokenizer_config.json"));
        if (config is not null)
            File.WriteAllText(Path.Combine(Checkpoint, "tokenizer_config.json"), config.ToJsonString());
    }

    private void AssertSameJson(string name) => Assert.True(JsonNode.DeepEquals(
        JsonNode.Parse(File.ReadAllText(Path.Combine(Checkpoint, name))), JsonNode.Parse(File.ReadAllText(Path.Combine(Saved, name)))));

    private void AssertSaved(PolicyModel policy, string[] eos, string begin)
    {
        var tokenizer = policy.Prompt.Tokenizer;
        Assert.Equal(tokenizer.Json, File.ReadAllText(Path.Combine(Saved, "tokenizer.json")));
        var generation = JsonNode.Parse(File.ReadAllText(Path.Combine(Saved, "generation_config.json")))!;
        Assert.Equal(eos.Select(tokenizer.ControlToken), generation["eos_token_id"]!.AsArray().Select(id => (int)id!));
        Assert.Equal(tokenizer.ControlToken(begin), (int)generation["bos_token_id"]!);
        Assert.Equal(tokenizer.EndOfTurn, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(Saved, "config.json")))!["eos_token_id"]!);
        Assert.Equal(tokenizer.EndOfTurn, policy.Config.EndOfTurnTokenId);

        var again = PolicyModel.Load(Saved);
        again.Save(_place["again"]);
        Assert.Equal(tokenizer.Format, again.Prompt.Tokenizer.Format);
        Assert.All(Directory.GetFiles(Saved), path => Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_place["again"], Path.GetFileName(path)))));
    }
}
