using System.Text.Json;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>A checkpoint of random weights, the same on every machine, whose logits differ clearly and depend on every part of the network.</summary>
/// <param name="Name">Its name, and that of its recorded values.</param>
/// <param name="Config">The shape.</param>
internal sealed record ReferenceNetwork(string Name, PolicyConfig Config)
{
    public const int Vocabulary = 512;
    public const int HalfBillionVocabulary = 151_936;

    private const ulong Seed = 20_150;

    // Factors as Llama 3.2 has them; the context so short that within a prompt one frequency is kept, one blended and the others divided.
    private static readonly RopeScaling Scaling = new() { Factor = 32, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 64 };

    /// <summary>One of each architecture, and a Llama with a head of its own and heads wider than its residual stream.</summary>
    public static IReadOnlyList<ReferenceNetwork> Small { get; } =
    [
        new("qwen2", Shape("qwen2", "Qwen2ForCausalLM") with { RopeTheta = 1_000_000 }),
        new("llama", Shape("llama", "LlamaForCausalLM") with { RopeTheta = 500_000, RmsNormEpsilon = 1e-5, RopeScaling = Scaling }),
        new("llama-untied", Shape("llama", "LlamaForCausalLM") with
        {
            KeyValueHeadCount = 1,
            HeadDimension = 24,
            TieWordEmbeddings = false,
            RmsNormEpsilon = 1e-2, // else so little that another would hardly be seen
        }),
        new("qwen3", Shape("qwen3", "Qwen3ForCausalLM") with { RopeTheta = 1_000_000, HeadDimension = 32 }),
    ];

    /// <summary>The shape of Qwen2.5-0.5B, and a Llama of the same size with Llama 3.2's rotary embedding.</summary>
    public static IReadOnlyList<ReferenceNetwork> HalfBillion { get; } =
    [
        new("qwen2-0.5b", HalfBillionShape),
        new("llama-0.5b", HalfBillionShape with
        {
            ModelType = "llama",
            Architectures = ["LlamaForCausalLM"],
            RopeTheta = 500_000,
            RmsNormEpsilon = 1e-5,
            RopeScaling = Scaling with { OriginalMaxPositions = 8192 },
        }),
    ];

    private static PolicyConfig HalfBillionShape => new()
    {
        HiddenSize = 896,
        LayerCount = 24,
        HeadCount = 14,
        KeyValueHeadCount = 2,
        IntermediateSize = 4864,
        VocabularySize = HalfBillionVocabulary,
        RopeTheta = 1_000_000,
        MaxPositions = 32_768,
    };

    public static ReferenceNetwork Named(string name) => Small.Concat(HalfBillion).Single(network => network.Name == name);

    /// <summary>Draws the weights.</summary>
    public PolicyWeights Weights() => new(
        Config,
        PolicyShapes.Of(Config).Select((tensor, stream) => (tensor.Name, Values: Draw(tensor.Name, tensor.Shape, (ulong)stream)))
            .ToDictionary(tensor => tensor.Name, NamedTensor (tensor) => tensor.Values));

    /// <summary>Writes the checkpoint as Hugging Face has it, without a tokenizer.</summary>
    public static void Save(PolicyWeights weights, string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(weights.Config));
        SafetensorsFile.Write(Path.Combine(folder, "model.safetensors"), weights.Tensors);
    }

    private static PolicyConfig Shape(string modelType, string architecture) => new()
    {
        ModelType = modelType,
        Architectures = [architecture],
        HiddenSize = 64,
        LayerCount = 3,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        IntermediateSize = 96,
        VocabularySize = Vocabulary,
    };

    // Queries and keys are larger than the rest, so that attention is far from uniform and feels every turn of the rotary embedding; what blocks
    // add to the residual stream is larger too, else a tied head repeats the last token for ever.
    private static ArrayTensor Draw(string name, long[] shape, ulong stream)
    {
        var (middle, width) = name switch
        {
            "model.embed_tokens.weight" => (0, 0.5),
            _ when name.EndsWith("norm.weight", StringComparison.Ordinal) => (1, 0.5),
            _ when name.EndsWith("bias", StringComparison.Ordinal) => (0, 0.5),
            _ when name.EndsWith("q_proj.weight", StringComparison.Ordinal) || name.EndsWith("k_proj.weight", StringComparison.Ordinal) =>
                (0, 3 / Math.Sqrt(shape[1])),
            _ when name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal) =>
                (0, 6 / Math.Sqrt(shape[1])),
            _ => (0, 1.7 / Math.Sqrt(shape[1])),
        };
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(middle + (width * ((2 * CounterRandom.Uniform(Seed, stream, (ulong)i)) - 1)));
        return new ArrayTensor(shape, values);
    }
}
