using System.Globalization;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Our checkpoint as llama.cpp's converters would write it.</summary>
internal static class GgufCheckpoint
{
    // Kinds of tokens in llama.cpp's vocabulary.
    private const int NormalToken = 1;

    public static void Save(PolicyWeights weights, string path)
    {
        var file = new GgufFile();
        AddShape(file, weights.Config);
        AddVocabulary(file, weights.Config.VocabularySize);
        foreach (var (name, tensor) in weights.Tensors)
            file.AddTensor(NameOf(name), tensor.Shape, () => ValuesOf(name, tensor, weights.Config));
        if (weights.Config.RopeScaling is { } scaling)
        {
            var factors = Factors(weights.Config, scaling);
            file.AddTensor("rope_freqs.weight", [factors.Length], () => factors);
        }

        file.Write(path);
    }

    private static void AddShape(GgufFile file, PolicyConfig config)
    {
        var architecture = config.ModelType;
        file.Add("general.architecture", architecture);
        file.Add("general.name", "random");
        file.Add($"{architecture}.context_length", config.MaxPositions);
        file.Add($"{architecture}.embedding_length", config.HiddenSize);
        file.Add($"{architecture}.block_count", config.LayerCount);
        file.Add($"{architecture}.feed_forward_length", config.IntermediateSize);
        file.Add($"{architecture}.attention.head_count", config.HeadCount);
        file.Add($"{architecture}.attention.head_count_kv", config.KeyValueHeadCount);
        file.Add($"{architecture}.attention.key_length", config.HeadSize);
        file.Add($"{architecture}.attention.value_length", config.HeadSize);
        file.Add($"{architecture}.attention.layer_norm_rms_epsilon", config.RmsNormEpsilon);
        file.Add($"{architecture}.rope.dimension_count", config.HeadSize);
        file.Add($"{architecture}.rope.freq_base", config.RopeTheta);
        file.Add($"{architecture}.vocab_size", config.VocabularySize);
    }

    // llama.cpp loads no model without a tokenizer; ids alone are fed, so any will do.
    private static void AddVocabulary(GgufFile file, int vocabulary)
    {
        file.Add("tokenizer.ggml.model", "gpt2");
        file.Add("tokenizer.ggml.pre", "qwen2");
        file.Add(
            "tokenizer.ggml.tokens",
            [.. Enumerable.Range(0, vocabulary).Select(id => string.Create(CultureInfo.InvariantCulture, $"t{id}"))]);
        file.Add("tokenizer.ggml.token_type", [.. Enumerable.Repeat(NormalToken, vocabulary)]);
        file.Add("tokenizer.ggml.merges", ["t 0"]);
        file.Add("tokenizer.ggml.eos_token_id", 0);
    }

    private static string NameOf(string name) => name
        .Replace("model.embed_tokens", "token_embd", StringComparison.Ordinal)
        .Replace("model.norm", "output_norm", StringComparison.Ordinal)
        .Replace("lm_head", "output", StringComparison.Ordinal)
        .Replace("model.layers", "blk", StringComparison.Ordinal)
        .Replace("post_attention_layernorm", "ffn_norm", StringComparison.Ordinal)
        .Replace("input_layernorm", "attn_norm", StringComparison.Ordinal)
        .Replace("self_attn.o_proj", "attn_output", StringComparison.Ordinal)
        .Replace("self_attn.", "attn_", StringComparison.Ordinal)
        .Replace("mlp.", "ffn_", StringComparison.Ordinal)
        .Replace("_proj", "", StringComparison.Ordinal);

    // llama.cpp turns neighbouring dimensions of a Llama's heads, Hugging Face's checkpoints those half a head apart.
    private static float[] ValuesOf(string name, NamedTensor tensor, PolicyConfig config)
    {
        var isTurned = name.EndsWith("q_proj.weight", StringComparison.Ordinal) || name.EndsWith("k_proj.weight", StringComparison.Ordinal);
        return isTurned && config.ModelType == "llama" ? RotaryOrder.Interleave(tensor.ToArray(), config) : tensor.ToArray();
    }

    // What each frequency is divided by, as llama.cpp's converter of Llama 3 has it: from wavelengths.
    private static float[] Factors(PolicyConfig config, RopeScaling scaling)
    {
        var longest = scaling.OriginalMaxPositions / scaling.LowFrequencyFactor;
        var shortest = scaling.OriginalMaxPositions / scaling.HighFrequencyFactor;
        return [.. Enumerable.Range(0, config.HeadSize / 2)
            .Select(pair => (float)Factor(2 * Math.PI * Math.Pow(config.RopeTheta, 2.0 * pair / config.HeadSize)))];

        double Factor(double wavelength)
        {
            if (wavelength < shortest)
                return 1;
            if (wavelength > longest)
                return scaling.Factor;
            var smooth = ((scaling.OriginalMaxPositions / wavelength) - scaling.LowFrequencyFactor)
                / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
            return 1 / (((1 - smooth) / scaling.Factor) + smooth);
        }
    }
}
