using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Benchmarks.Recommender;

/// <summary>A policy of Qwen2's architecture as llama.cpp reads it: GGUF, version 3.</summary>
/// <remarks>
/// Tokens have their numbers for names: whoever loads the file gives it token ids. Norms and biases are float32; matrices are float16, or llama.cpp's own
/// Q8_0, 32 weights to a float16 scale.
/// </remarks>
internal static class GgufFile
{
    private const uint Magic = 0x46554747, Version = 3; // "GGUF"
    private const int Alignment = 32, BlockLength = 32;
    private const uint UnsignedKind = 4, SignedKind = 5, FloatKind = 6, TextKind = 8, ArrayKind = 9;
    private const uint Float32 = 0, Float16 = 1, Q8 = 8;
    private const int NormalToken = 1;

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="weights">Shape and weights; head and embedding tied.</param>
    /// <param name="isQuantized">Whether the matrices are Q8_0.</param>
    public static void Write(string path, PolicyWeights weights, bool isQuantized)
    {
        var config = weights.Config;
        if (config.ModelType != "qwen2" || !config.TieWordEmbeddings)
            throw new NotSupportedException("Only a tied policy of Qwen2's architecture is written as GGUF here.");
        var matrixType = isQuantized ? Q8 : Float16;
        Tensor[] tensors = [.. PolicyShapes.Of(config).Select(tensor => new Tensor(Name(tensor.Name), weights.Tensors[tensor.Name], tensor.Shape.Length == 1 ? Float32 : matrixType))];
        using var stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write((long)tensors.Length);
        Header(writer, config, isQuantized);
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            Text(writer, tensor.Name);
            writer.Write(tensor.Values.Shape.Length);
            foreach (var size in tensor.Values.Shape.Reverse()) // the innermost first
                writer.Write(size);
            writer.Write(tensor.Type);
            writer.Write(offset);
            offset += Aligned(tensor.ByteCount);
        }

        foreach (var tensor in tensors)
        {
            Pad(stream);
            Values(stream, tensor);
        }

        Pad(stream);
    }

    private static void Header(BinaryWriter writer, PolicyConfig config, bool isQuantized)
    {
        var entries = new List<Action>();
        Word("general.architecture", "qwen2");
        Number("general.file_type", isQuantized ? 7 : 1);
        Number("general.quantization_version", 2);
        Number("general.alignment", Alignment);
        Number("qwen2.block_count", config.LayerCount);
        Number("qwen2.context_length", config.MaxPositions);
        Number("qwen2.embedding_length", config.HiddenSize);
        Number("qwen2.feed_forward_length", config.IntermediateSize);
        Number("qwen2.attention.head_count", config.HeadCount);
        Number("qwen2.attention.head_count_kv", config.KeyValueHeadCount);
        Real("qwen2.attention.layer_norm_rms_epsilon", config.RmsNormEpsilon);
        Real("qwen2.rope.freq_base", config.RopeTheta);
        Word("tokenizer.ggml.model", "gpt2");
        Word("tokenizer.ggml.pre", "qwen2");
        Number("tokenizer.ggml.eos_token_id", config.EndOfTurnTokenId);
        Array("tokenizer.ggml.tokens", TextKind, config.VocabularySize, id => Text(writer, $"<{id.ToString(CultureInfo.InvariantCulture)}>"));
        Array("tokenizer.ggml.token_type", SignedKind, config.VocabularySize, _ => writer.Write(NormalToken));
        Array("tokenizer.ggml.merges", TextKind, 1, _ => Text(writer, "< 0"));
        writer.Write((long)entries.Count);
        entries.ForEach(entry => entry());

        void Word(string key, string value) => Entry(key, TextKind, () => Text(writer, value));
        void Number(string key, int value) => Entry(key, UnsignedKind, () => writer.Write((uint)value));
        void Real(string key, double value) => Entry(key, FloatKind, () => writer.Write((float)value));
        void Array(string key, uint kind, int count, Action<int> write) => Entry(key, ArrayKind, () =>
        {
            writer.Write(kind);
            writer.Write((long)count);
            for (var i = 0; i < count; i++)
                write(i);
        });
        void Entry(string key, uint kind, Action value) => entries.Add(() =>
        {
            Text(writer, key);
            writer.Write(kind);
            value();
        });
    }

    private static string Name(string name)
    {
        string[] parts = name.Split('.'); // model.layers.3.self_attn.q_proj.weight
        return parts switch
        {
            ["model", "embed_tokens", "weight"] => "token_embd.weight",
            ["model", "norm", "weight"] => "output_norm.weight",
            ["model", "layers", var layer, .. var rest] => $"blk.{layer}.{string.Join('.', rest[..^1]) switch
            {
                "input_layernorm" => "attn_norm",
                "self_attn.q_proj" => "attn_q",
                "self_attn.k_proj" => "attn_k",
                "self_attn.v_proj" => "attn_v",
                "self_attn.o_proj" => "attn_output",
                "post_attention_layernorm" => "ffn_norm",
                "mlp.gate_proj" => "ffn_gate",
                "mlp.up_proj" => "ffn_up",
                "mlp.down_proj" => "ffn_down",
                var other => throw new NotSupportedException($"{other} has no place in GGUF's Qwen2."),
            }}.{rest[^1]}",
            _ => throw new NotSupportedException($"{name} has no place in GGUF's Qwen2."),
        };
    }

    private static void Values(Stream stream, Tensor tensor)
    {
        var row = (int)tensor.Values.Shape[^1];
        var (values, bytes) = (new float[row], new byte[tensor.BytesOf(row)]);
        for (var start = 0L; start < tensor.Values.Count; start += row)
        {
            tensor.Values.Read(start, values);
            Encode(values, bytes, tensor.Type);
            stream.Write(bytes);
        }
    }

    private static void Encode(ReadOnlySpan<float> values, Span<byte> bytes, uint type)
    {
        switch (type)
        {
            case Float32:
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).CopyTo(bytes);
                break;
            case Float16:
                TensorPrimitives.ConvertToHalf(values, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(bytes));
                break;
            default:
                for (var block = 0; block < values.Length / BlockLength; block++)
                    EncodeBlock(values.Slice(block * BlockLength, BlockLength), bytes.Slice(block * (BlockLength + 2), BlockLength + 2));
                break;
        }
    }

    private static void EncodeBlock(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(values)) / sbyte.MaxValue;
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)scale);
        for (var i = 0; i < BlockLength; i++)
            bytes[2 + i] = (byte)(sbyte)(scale == 0 ? 0 : MathF.Round(values[i] / scale));
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(Stream stream) => stream.Write(new byte[Aligned(stream.Position) - stream.Position]);

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private sealed record Tensor(string Name, NamedTensor Values, uint Type)
    {
        public long ByteCount => BytesOf(Values.Count);

        public long BytesOf(long count) => Type switch
        {
            Float32 => count * sizeof(float),
            Float16 => count * 2,
            _ => count / BlockLength * (BlockLength + 2),
        };
    }
}
