using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

/// <summary>Checkpoint folders as others make them: no words of ours, weights in bfloat16 and in several files, more tensors than are needed.</summary>
public sealed class HuggingFaceFolderTests : IDisposable
{
    private static readonly PromptOptions Otherwise = new() { System = "Other words." };

    private readonly TemporaryFolder _place = new();

    public static TheoryData<string> Architectures => ["qwen2", "llama", "qwen3"];

    private string Folder => _place["checkpoint"];

    public void Dispose() => _place.Dispose();

    [Theory]
    [MemberData(nameof(Architectures))]
    public void EveryArchitecture_IsLoadedAndSavedAgainByteForByte(string modelType)
    {
        var weights = PolicyInitialization.Random(Config(modelType), 1);
        Make(weights, SmallTokenizer.Instance.EndOfTurn);
        var before = File.ReadAllBytes(Weights);

        var loaded = PolicyFolder.Load(Folder, Otherwise);
        PolicyFolder.Save(_place["again"], loaded.Weights, loaded.Tokenizer, loaded.Prompt);

        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_place["again"], SafetensorsCheckpoint.SingleFile)));
        var again = PolicyFolder.Load(_place["again"], new PromptOptions());
        Assert.Equal((modelType, "bfloat16"), (again.Weights.Config.ModelType, again.Weights.Config.WeightType));
        Assert.Equal(Otherwise, again.Prompt);
    }

    [Fact]
    public void FolderWithoutPrompt_TakesTheBackbones()
    {
        Make(PolicyInitialization.Random(Config("llama"), 1), SmallTokenizer.Instance.EndOfTurn);

        Assert.Equal(Otherwise, PolicyModel.Load(Folder, Otherwise).Prompt.Options);
        Assert.Equal(new PromptOptions(), PolicyModel.Load(Folder).Prompt.Options);
        Assert.Equal(Otherwise, (Backbone.FromFolder(Folder) with { Prompt = Otherwise }).Create(null!, [], 1).Prompt.Options);
    }

    [Fact]
    public void FoldersOwnPrompt_WinsOverTheBackbones()
    {
        var own = new PromptOptions { System = "Its own words." };
        PolicyFolder.Save(Folder, PolicyInitialization.Random(Config("qwen2"), 1), SmallTokenizer.Instance, own);

        Assert.Equal(own, (Backbone.FromFolder(Folder) with { Prompt = Otherwise }).Create(null!, [], 1).Prompt.Options);
    }

    [Fact]
    public void SeveralEndTokens_LeaveTheOneThatEndsATurn()
    {
        var tokenizer = SmallTokenizer.Instance;
        Make(PolicyInitialization.Random(Config("llama"), 1), tokenizer.ControlToken("<|endoftext|>"), tokenizer.EndOfTurn);

        Assert.Equal(tokenizer.EndOfTurn, PolicyFolder.Load(Folder, Otherwise).Weights.Config.EndOfTurnTokenId);
    }

    [Fact]
    public void BaseModel_EndsWithAnotherTokenThanATurn()
    {
        Make(PolicyInitialization.Random(Config("qwen2"), 1), SmallTokenizer.Instance.ControlToken("<|endoftext|>"));

        Assert.Equal(SmallTokenizer.Instance.EndOfTurn, PolicyFolder.Load(Folder, Otherwise).Weights.Config.EndOfTurnTokenId);
    }

    [Fact]
    public void SavedOverItsOwnFolder_KeepsItsWeights()
    {
        var policy = new PolicyModel(PolicyInitialization.Random(Config("qwen3"), 1), SmallTokenizer.Instance, Otherwise);
        policy.Save(Folder);
        var expected = policy.Weights.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());

        var loaded = PolicyModel.Load(Folder);
        loaded.Save(Folder);
        loaded.Save(Folder);
        new PolicyModel(PolicyInitialization.Random(Config("qwen3"), 2), SmallTokenizer.Instance, Otherwise).Save(Folder);

        Assert.All(loaded.Weights.Tensors, entry => Assert.Equal(expected[entry.Key], entry.Value.ToArray()));
        Assert.NotEqual(expected["model.embed_tokens.weight"], PolicyModel.Load(Folder).Weights.Tensors["model.embed_tokens.weight"].ToArray());
    }

    [Fact]
    public void Shards_AreLoaded()
    {
        var weights = PolicyInitialization.Random(Config("llama"), 1);
        Make(weights, SmallTokenizer.Instance.EndOfTurn);
        var (first, second) = Halves(weights.Tensors);
        File.Delete(Weights);
        SafetensorsFile.Write(Path.Combine(Folder, "model-00001-of-00002.safetensors"), first);
        SafetensorsFile.Write(Path.Combine(Folder, "model-00002-of-00002.safetensors"), second);
        WriteIndex(first.Keys.Select(name => (name, 1)).Concat(second.Keys.Select(name => (name, 2))));

        var loaded = PolicyFolder.Load(Folder, Otherwise).Weights.Tensors;

        Assert.Equal(weights.Tensors.Count, loaded.Count);
        Assert.All(weights.Tensors, entry => Assert.Equal(entry.Value.ToArray(), loaded[entry.Key].ToArray()));
    }

    [Fact]
    public void HeadOfATiedCheckpoint_IsLeftOutWhereItIsTheEmbedding()
    {
        var weights = PolicyInitialization.Random(Config("qwen2"), 1);
        Make(With(weights, "lm_head.weight", weights.Tensors["model.embed_tokens.weight"]), SmallTokenizer.Instance.EndOfTurn);

        Assert.DoesNotContain("lm_head.weight", PolicyFolder.Load(Folder, Otherwise).Weights.Tensors.Keys);
    }

    [Fact]
    public void HeadOfATiedCheckpoint_IsRefusedWhereItDiffers()
    {
        var weights = PolicyInitialization.Random(Config("qwen2"), 1);
        Make(With(weights, "lm_head.weight", PolicyInitialization.Random(Config("qwen2"), 2).Tensors["model.embed_tokens.weight"]), SmallTokenizer.Instance.EndOfTurn);

        var fault = Assert.Throws<InvalidDataException>(() => PolicyFolder.Load(Folder, Otherwise));

        Assert.Contains("lm_head.weight differs from model.embed_tokens.weight", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.layers.0.self_attn.rotary_emb.inv_freq")]
    [InlineData("model.rotary_emb.inv_freq")]
    public void StoredRotaryFrequencies_AreLeftOut(string name)
    {
        Make(With(PolicyInitialization.Random(Config("llama"), 1), name, new ArrayTensor([2], [1, 0.1f])), SmallTokenizer.Instance.EndOfTurn);

        Assert.DoesNotContain(name, PolicyFolder.Load(Folder, Otherwise).Weights.Tensors.Keys);
    }

    [Fact]
    public void MissingBias_IsNamed()
    {
        Make(PolicyInitialization.Random(Config("llama"), 1), SmallTokenizer.Instance.EndOfTurn);
        var path = Path.Combine(Folder, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        (config["model_type"], config["architectures"]) = ("qwen2", new JsonArray("Qwen2ForCausalLM"));
        File.WriteAllText(path, config.ToJsonString());

        var fault = Assert.Throws<InvalidDataException>(() => PolicyFolder.Load(Folder, Otherwise));

        Assert.Contains("model.layers.0.self_attn.q_proj.bias, which config.json asks for, is missing", fault.Message, StringComparison.Ordinal);
    }

    private string Weights => Path.Combine(Folder, SafetensorsCheckpoint.SingleFile);

    private static PolicyConfig Config(string modelType) => new()
    {
        ModelType = modelType,
        HiddenSize = 16,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadDimension = modelType == "qwen3" ? 8 : null,
        IntermediateSize = 24,
        VocabularySize = SmallTokenizer.Instance.VocabularySize + 8,
        RopeScaling = modelType == "llama"
            ? new RopeScaling { Factor = 32, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 8192 }
            : null,
        TieWordEmbeddings = modelType != "llama",
        EndOfTurnTokenId = SmallTokenizer.Instance.EndOfTurn,
        WeightType = "bfloat16",
    };

    // A folder with the three files that every checkpoint has, written as others write them.
    private void Make(PolicyWeights weights, params int[] endTokenIds)
    {
        Directory.CreateDirectory(Folder);
        var config = System.Text.Json.JsonSerializer.SerializeToNode(weights.Config)!;
        config["eos_token_id"] = endTokenIds.Length == 1 ? endTokenIds[0] : new JsonArray([.. endTokenIds.Select(id => (JsonNode)id)]);
        File.WriteAllText(Path.Combine(Folder, "config.json"), config.ToJsonString());
        File.WriteAllText(Path.Combine(Folder, "tokenizer.json"), SmallTokenizer.Json);
        SafetensorsFile.Write(Weights, weights.Tensors, WeightType.BFloat16);
    }

    private void WriteIndex(IEnumerable<(string Name, int Shard)> places)
    {
        var map = new JsonObject(places.Select(place => KeyValuePair.Create(place.Name, (JsonNode?)$"model-0000{place.Shard}-of-00002.safetensors")));
        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = 1 }, ["weight_map"] = map };
        File.WriteAllText(Path.Combine(Folder, SafetensorsCheckpoint.IndexFile), index.ToJsonString());
    }

    private static (Dictionary<string, NamedTensor> First, Dictionary<string, NamedTensor> Second) Halves(IReadOnlyDictionary<string, NamedTensor> tensors) =>
        (tensors.Take(tensors.Count / 2).ToDictionary(), tensors.Skip(tensors.Count / 2).ToDictionary());

    private static PolicyWeights With(PolicyWeights weights, string name, NamedTensor tensor) =>
        weights with { Tensors = new Dictionary<string, NamedTensor>(weights.Tensors) { [name] = tensor } };
}
