using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Export.Folder;

/// <summary>Writes <c>genai_config.json</c>, by which onnxruntime-genai finds its way in the decoder's file.</summary>
internal static class GenAiConfigFile
{
    public const string Name = "genai_config.json";

    /// <summary>Returns the file's text.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="precision">How the decoder's weights are held: its file is named by that.</param>
    public static string Write(PolicyModel policy, WeightPrecision precision)
    {
        var config = policy.Config;
        var tokens = JsonNode.Parse(TokenizerConfigFile.WriteGeneration(policy.Prompt.Tokenizer))!;
        var end = policy.Prompt.Tokenizer.EndOfTurn;
        return JsonText.Of(new JsonObject
        {
            ["model"] = new JsonObject
            {
                ["type"] = config.ModelType,
                ["bos_token_id"] = (int?)tokens["bos_token_id"] ?? end,
                ["eos_token_id"] = tokens["eos_token_id"]!.DeepClone(),
                ["pad_token_id"] = (int?)tokens["pad_token_id"] ?? end,
                ["context_length"] = config.MaxPositions,
                ["vocab_size"] = config.VocabularySize,
                ["decoder"] = Decoder(config, DecoderFile.Of(precision)),
            },
            ["search"] = new JsonObject
            {
                ["do_sample"] = false,
                ["max_length"] = config.MaxPositions,
                ["past_present_share_buffer"] = false, // the graph gives a longer cache, it doesn't fill a fixed one
            },
        });
    }

    private static JsonObject Decoder(PolicyConfig config, string file) => new()
    {
        ["filename"] = file,
        ["session_options"] = new JsonObject { ["log_id"] = "onnxruntime-genai", ["provider_options"] = new JsonArray() },
        ["hidden_size"] = config.HiddenSize,
        ["head_size"] = config.HeadSize,
        ["num_attention_heads"] = config.HeadCount,
        ["num_key_value_heads"] = config.KeyValueHeadCount,
        ["num_hidden_layers"] = config.LayerCount,
        ["inputs"] = new JsonObject
        {
            ["input_ids"] = "input_ids",
            ["attention_mask"] = "attention_mask",
            ["position_ids"] = "position_ids",
            ["past_key_names"] = "past_key_values.%d.key",
            ["past_value_names"] = "past_key_values.%d.value",
        },
        ["outputs"] = new JsonObject
        {
            ["logits"] = "logits",
            ["present_key_names"] = "present.%d.key",
            ["present_value_names"] = "present.%d.value",
        },
    };
}
