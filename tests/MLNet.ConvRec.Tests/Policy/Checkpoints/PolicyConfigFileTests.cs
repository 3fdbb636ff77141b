using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

public sealed class PolicyConfigFileTests
{
    private static readonly RopeScaling Llama32 = new()
    {
        Factor = 32,
        LowFrequencyFactor = 1,
        HighFrequencyFactor = 4,
        OriginalMaxPositions = 8192,
    };

    [Fact]
    public void Qwen25_IsReadAsPublished()
    {
        var (config, ends) = Read(RealConfigs.Qwen25Instruct);

        Assert.Equal([151_645], ends);
        Assert.Equal(
            new PolicyConfig
            {
                ModelType = "qwen2",
                HiddenSize = 896,
                LayerCount = 24,
                HeadCount = 14,
                KeyValueHeadCount = 2,
                IntermediateSize = 4864,
                VocabularySize = 151_936,
                MaxPositions = 32_768,
                RmsNormEpsilon = 1e-6,
                RopeTheta = 1_000_000,
                TieWordEmbeddings = true,
                EndOfTurnTokenId = 151_645,
                WeightType = "bfloat16",
            },
            config);
        Assert.Equal((true, false, 64), (config.HasQueryKeyValueBias, config.HasQueryKeyNorm, config.HeadSize));
        Assert.Equal(494_032_768, WeightCount(config));
    }

    [Fact]
    public void Llama32_IsReadAsPublished()
    {
        var (config, ends) = Read(RealConfigs.Llama1BInstruct);

        Assert.Equal([128_001, 128_008, 128_009], ends);
        Assert.Equal(
            new PolicyConfig
            {
                ModelType = "llama",
                HiddenSize = 2048,
                LayerCount = 16,
                HeadCount = 32,
                KeyValueHeadCount = 8,
                HeadDimension = 64,
                IntermediateSize = 8192,
                VocabularySize = 128_256,
                MaxPositions = 131_072,
                RmsNormEpsilon = 1e-5,
                RopeTheta = 500_000,
                RopeScaling = Llama32,
                TieWordEmbeddings = true,
                EndOfTurnTokenId = 128_001,
                WeightType = "bfloat16",
            },
            config);
        Assert.Equal((false, false), (config.HasQueryKeyValueBias, config.HasQueryKeyNorm));
        Assert.Equal(1_235_814_400, WeightCount(config));
    }

    [Fact]
    public void Llama32Of3B_HasItsPublishedNumberOfWeights()
    {
        var (config, _) = Read(With(
            RealConfigs.Llama1BInstruct,
            "{\"head_dim\":128,\"hidden_size\":3072,\"num_attention_heads\":24,\"num_hidden_layers\":28}"));

        Assert.Equal(3_212_749_824, WeightCount(config));
    }

    [Fact]
    public void Qwen3_IsReadAsPublished()
    {
        var (config, _) = Read(RealConfigs.Qwen3);

        Assert.Equal(("qwen3", 128, 1_000_000d, 40_960), (config.ModelType, config.HeadSize, config.RopeTheta, config.MaxPositions));
        Assert.Equal((false, true), (config.HasQueryKeyValueBias, config.HasQueryKeyNorm));
        Assert.Null(config.RopeScaling);
        Assert.Equal(596_049_920, WeightCount(config));
    }

    [Fact]
    public void Transformers5_SaysTheSameInOtherWords()
    {
        Assert.Equal(Read(RealConfigs.Llama1BInstruct).Config, Read(RealConfigs.Llama1BOfTransformers5).Config);
        Assert.Equal(
            Read(RealConfigs.Qwen25Instruct).Config with { EndOfTurnTokenId = 151_643 },
            Read(RealConfigs.Qwen25OfTransformers5).Config);
    }

    [Theory]
    [InlineData("qwen2", 32_768, null)]
    [InlineData("llama", 2048, null)]
    [InlineData("qwen3", 32_768, 128)]
    public void MissingOptions_AreHuggingFacesDefaults(string modelType, int maxPositions, int? headDimension)
    {
        var (config, ends) = Read($$"""
            {"model_type":"{{modelType}}","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":4,
             "intermediate_size":96,"vocab_size":100}
            """);

        Assert.Empty(ends);
        Assert.Equal((1e-6, 10_000d, maxPositions, headDimension), (config.RmsNormEpsilon, config.RopeTheta, config.MaxPositions, config.HeadDimension));
        Assert.Equal(("silu", "float32", false), (config.Activation, config.WeightType, config.TieWordEmbeddings));
    }

    [Fact]
    public void LlamaWithoutKeyValueHeads_HasOneForEachQueryHead() =>
        Assert.Equal(32, Read(With(RealConfigs.Llama1BInstruct, "{\"num_key_value_heads\":null}")).Config.KeyValueHeadCount);

    [Theory]
    [InlineData("{\"rope_scaling\":null,\"sliding_window\":4096,\"layer_types\":null}")]
    [InlineData("{\"attention_bias\":true}")]
    [InlineData("{\"rope_scaling\":{\"type\":\"default\"}}")]
    [InlineData("{\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":1000000,\"factor\":null}}")]
    [InlineData("{\"partial_rotary_factor\":1.0}")]
    [InlineData("{\"architectures\":null}")]
    [InlineData("{\"quantization_config\":null,\"mlp_bias\":false}")]
    public void WhatChangesNothing_IsAccepted(string change) =>
        Assert.Equal(Read(RealConfigs.Qwen25Instruct).Config, Read(With(RealConfigs.Qwen25Instruct, change)).Config);

    [Theory]
    [InlineData("{\"model_type\":\"mistral\"}", "model_type is mistral; qwen2, llama and qwen3 are supported")]
    [InlineData("{\"model_type\":null}", "model_type is missing")]
    [InlineData("{\"model_type\":5}", "model_type is 5, not a text")]
    [InlineData("{\"model_type\":\"qwen2\"}", "architectures is LlamaForCausalLM; Qwen2ForCausalLM is supported")]
    [InlineData("{\"architectures\":[\"LlamaForSequenceClassification\"]}", "architectures is LlamaForSequenceClassification")]
    [InlineData("{\"architectures\":\"LlamaForCausalLM\"}", "not an array of texts")]
    [InlineData("{\"quantization_config\":{\"quant_method\":\"gptq\"}}", "quantization_config is set")]
    [InlineData("{\"hidden_act\":\"gelu\"}", "hidden_act is gelu")]
    [InlineData("{\"use_sliding_window\":true}", "use_sliding_window is true")]
    [InlineData("{\"use_sliding_window\":1}", "use_sliding_window is 1, not true or false")]
    [InlineData("{\"layer_types\":[\"full_attention\",\"sliding_attention\"]}", "layer_types")]
    [InlineData("{\"attention_bias\":true}", "attention_bias is true; llama is supported without")]
    [InlineData("{\"mlp_bias\":true}", "mlp_bias is true")]
    [InlineData("{\"partial_rotary_factor\":0.5}", "partial_rotary_factor is 0.5")]
    [InlineData("{\"rope_scaling\":{\"type\":\"yarn\",\"factor\":4}}", "rope_scaling is of type yarn; default and llama3")]
    [InlineData("{\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":4}}", "rope_scaling is of type linear")]
    [InlineData("{\"rope_scaling\":{\"rope_type\":\"dynamic\",\"factor\":4}}", "rope_scaling is of type dynamic")]
    [InlineData("{\"rope_scaling\":{\"rope_type\":\"llama3\",\"type\":\"linear\"}}", "of rope_type llama3 and of type linear")]
    [InlineData("{\"rope_scaling\":{\"factor\":4}}", "rope_scaling.factor is set, which is not supported for the type default")]
    [InlineData("{\"rope_scaling\":\"llama3\"}", "rope_scaling is \"llama3\", not an object")]
    [InlineData("{\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8}}", "rope_scaling.low_freq_factor is missing")]
    [InlineData("{\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4,\"original_max_position_embeddings\":8}}", "not greater")]
    [InlineData("{\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":0.5,\"low_freq_factor\":1,\"high_freq_factor\":4,\"original_max_position_embeddings\":8}}", "below 1")]
    [InlineData("{\"rope_parameters\":{\"rope_type\":\"default\"}}", "both set")]
    [InlineData("{\"rope_scaling\":null,\"rope_parameters\":{\"full_attention\":{\"rope_type\":\"default\"}}}", "rope_parameters.full_attention is set")]
    [InlineData("{\"rope_scaling\":null,\"rope_parameters\":{\"rope_theta\":10000}}", "rope_theta is 500000, but rope_parameters.rope_theta is 10000")]
    [InlineData("{\"rope_scaling\":null,\"rope_parameters\":{\"partial_rotary_factor\":0.25}}", "partial_rotary_factor is 0.25")]
    [InlineData("{\"rope_theta\":0}", "rope_theta is 0; it must be positive")]
    [InlineData("{\"rope_theta\":1e999}", "rope_theta is 1e999, not a number")]
    [InlineData("{\"torch_dtype\":\"float8_e4m3fn\"}", "torch_dtype is float8_e4m3fn")]
    [InlineData("{\"dtype\":\"int8\"}", "dtype is int8")]
    [InlineData("{\"hidden_size\":null}", "hidden_size is missing")]
    [InlineData("{\"hidden_size\":\"16\"}", "hidden_size is \"16\", not a whole number")]
    [InlineData("{\"hidden_size\":16.5}", "hidden_size is 16.5, not a whole number")]
    [InlineData("{\"hidden_size\":99999999999}", "hidden_size is 99999999999, not a whole number")]
    [InlineData("{\"num_hidden_layers\":0}", "not positive")]
    [InlineData("{\"vocab_size\":0}", "not positive")]
    [InlineData("{\"head_dim\":0}", "a head is 0 wide")]
    [InlineData("{\"head_dim\":63}", "even width")]
    [InlineData("{\"head_dim\":null,\"num_attention_heads\":24}", "not a multiple of num_attention_heads 24")]
    [InlineData("{\"num_key_value_heads\":3}", "not a multiple of num_key_value_heads 3")]
    [InlineData("{\"eos_token_id\":-1}", "eos_token_id -1 is not in the vocabulary")]
    [InlineData("{\"eos_token_id\":[128001,128256]}", "eos_token_id 128256 is not in the vocabulary")]
    [InlineData("{\"eos_token_id\":[1.5]}", "not a whole number or an array of them")]
    [InlineData("{\"rms_norm_eps\":0}", "rms_norm_eps is 0")]
    [InlineData("{\"tie_word_embeddings\":\"yes\"}", "tie_word_embeddings is \"yes\", not true or false")]
    public void WhatTheNetworkWouldComputeOtherwise_IsRefusedWithASentence(string change, string part)
    {
        var message = Assert.Throws<InvalidDataException>(() => Read(With(RealConfigs.Llama1BInstruct, change))).Message;

        Assert.StartsWith("config.json: ", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"model_type\":\"qwen2\",\"model_type\":\"qwen2\"}")]
    [InlineData("{\"model_type\":\"\\ud800\"}")]
    public void WhatIsNoConfig_IsRefusedWithASentence(string json)
    {
        var message = Assert.Throws<InvalidDataException>(() => Read(json)).Message;

        Assert.StartsWith("config.json: not a config of a policy", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"model_type\":\"qwen2\",\"architectures\":[\"Qwen2ForCausalLM\"]}")]
    [InlineData("{\"model_type\":\"qwen3\",\"architectures\":[\"Qwen3ForCausalLM\"]}")]
    public void QwenWithoutKeyValueHeads_IsRefused(string change)
    {
        var json = JsonNode.Parse(With(With(RealConfigs.Llama1BInstruct, change), "{\"rope_scaling\":null}"))!.AsObject();
        json.Remove("num_key_value_heads");

        Assert.Contains("num_key_value_heads is missing", Assert.Throws<InvalidDataException>(() => Read(json.ToJsonString())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RealConfigs.Qwen25Instruct, "Qwen2ForCausalLM")]
    [InlineData(RealConfigs.Llama1BInstruct, "LlamaForCausalLM")]
    [InlineData(RealConfigs.Qwen3, "Qwen3ForCausalLM")]
    public void WrittenConfig_SaysTheSame(string json, string architecture)
    {
        var (config, _) = Read(json);

        var written = JsonSerializer.Serialize(config);

        Assert.Equal(architecture, (string?)JsonNode.Parse(written)!["architectures"]![0]);
        Assert.Equal(config, Read(written).Config);
        var original = JsonNode.Parse(json)!.AsObject();
        Assert.All(
            JsonNode.Parse(written)!.AsObject().Where(option => option.Key != "eos_token_id"),
            option => Assert.True(JsonNode.DeepEquals(option.Value, original[option.Key]), option.Key));
    }

    [Fact]
    public void ConfigMadeInCode_NamesItsOwnArchitecture() =>
        Assert.Equal(["LlamaForCausalLM"], (TinyPolicy.World(400, 399) with { ModelType = "llama" }).Architectures);

    private static (PolicyConfig Config, IReadOnlyList<int> EndTokenIds) Read(string json) => PolicyConfigFile.Read(json, "config.json");

    private static long WeightCount(PolicyConfig config) =>
        PolicyShapes.Of(config).Sum(weight => weight.Shape.Aggregate(1L, (product, size) => product * size));

    private static string With(string json, string change)
    {
        var node = JsonNode.Parse(json)!;
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
            node[name] = value?.DeepClone();
        return node.ToJsonString();
    }
}
