using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ConvRec.Policy;

/// <summary>The whole network: a Qwen2 decoder (RMS norm, rotary positions, grouped-query attention, gated feed-forward), read bottom-up.</summary>
/// <remarks>Parameter names are the checkpoint's own. B: sequences, T: new tokens, S: tokens attended to, H: hidden, V: vocabulary, D: head size.</remarks>
internal sealed class RmsNorm : Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Scalar _epsilon;

    public RmsNorm(int size, double epsilon)
        : base(nameof(RmsNorm))
    {
        _weight = new Parameter(ones(size));
        _epsilon = epsilon;
        register_parameter("weight", _weight);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var scale = rsqrt(x.mul(x).mean([-1], keepdim: true).add(_epsilon, HeldScalars.One)); // [B, T, 1]
        return x.mul(scale).mul(_weight).MoveToOuterDisposeScope();
    }
}

/// <summary>Rotary position embedding, rotate-half form: the two halves of a head are the two coordinates of each plane.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _cosine, _sine; // [positions, D]

    public RotaryEmbedding(PolicyConfig config, Device device)
    {
        using var scope = NewDisposeScope();
        var frequencies = Enumerable.Range(0, config.HeadSize / 2).Select(i => (float)Math.Pow(config.RopeTheta, -2.0 * i / config.HeadSize)).ToArray();
        var half = HeldScalars.Range(config.MaxPositions, CPU).to(ScalarType.Float32).unsqueeze(1).mul(tensor(frequencies).unsqueeze(0)); // [positions, D/2]
        var angle = cat([half, half], -1);                                                                                               // [positions, D]
        _cosine = angle.cos().to(device).DetachFromDisposeScope();
        _sine = angle.sin().to(device).DetachFromDisposeScope();
    }

    /// <summary>Returns cosine and sine at the given positions [B, T], each [B, 1, T, D].</summary>
    public (Tensor Cosine, Tensor Sine) At(Tensor positions) =>
        (Rows(_cosine, positions), Rows(_sine, positions));

    public static Tensor Rotate(Tensor x, (Tensor Cosine, Tensor Sine) rotary)
    {
        using var scope = NewDisposeScope();
        var half = x.shape[^1] / 2;
        var turned = cat([x.narrow(-1, half, half).neg(), x.narrow(-1, 0, half)], -1); // [B, heads, T, D]
        return x.mul(rotary.Cosine).add(turned.mul(rotary.Sine), HeldScalars.One).MoveToOuterDisposeScope();
    }

    private static Tensor Rows(Tensor table, Tensor positions) =>
        table.index_select(0, positions.reshape(-1)).view(positions.shape[0], 1, positions.shape[1], -1);

    public void Dispose()
    {
        _cosine.Dispose();
        _sine.Dispose();
    }
}

/// <summary>What a forward pass attends to beside its own tokens, and how.</summary>
internal interface IAttentionContext
{
    /// <summary>Lets the queries [B, heads, T, D] of a layer attend, given its new keys and values [B, kv, T, D]; returns [B, heads, T, D].</summary>
    Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values);
}

internal sealed class Attention : Module
{
    private readonly Linear _queries, _keys, _values, _output;
    private readonly PolicyConfig _config;

    public Attention(PolicyConfig config)
        : base(nameof(Attention))
    {
        _config = config;
        _queries = Linear(config.HiddenSize, config.HeadCount * config.HeadSize, hasBias: true);
        _keys = Linear(config.HiddenSize, config.KeyValueHeadCount * config.HeadSize, hasBias: true);
        _values = Linear(config.HiddenSize, config.KeyValueHeadCount * config.HeadSize, hasBias: true);
        _output = Linear(config.HeadCount * config.HeadSize, config.HiddenSize, hasBias: false);
        register_module("q_proj", _queries);
        register_module("k_proj", _keys);
        register_module("v_proj", _values);
        register_module("o_proj", _output);
    }

    public Tensor Forward(Tensor x, (Tensor, Tensor) rotary, IAttentionContext context, int layer)
    {
        using var scope = NewDisposeScope();
        long b = x.shape[0], t = x.shape[1];
        var queries = RotaryEmbedding.Rotate(Heads(_queries.forward(x), _config.HeadCount), rotary);       // [B, heads, T, D]
        var newKeys = RotaryEmbedding.Rotate(Heads(_keys.forward(x), _config.KeyValueHeadCount), rotary);  // [B, kv, T, D]
        var attended = context.Attend(layer, queries, newKeys, Heads(_values.forward(x), _config.KeyValueHeadCount)); // [B, heads, T, D]
        return _output.forward(attended.transpose(1, 2).reshape(b, t, -1)).MoveToOuterDisposeScope();      // [B, T, H]

        Tensor Heads(Tensor projected, int heads) => projected.view(b, t, heads, _config.HeadSize).transpose(1, 2);
    }
}

internal sealed class FeedForward : Module<Tensor, Tensor>
{
    private readonly Linear _gate, _up, _down;

    public FeedForward(PolicyConfig config)
        : base(nameof(FeedForward))
    {
        _gate = Linear(config.HiddenSize, config.IntermediateSize, hasBias: false);
        _up = Linear(config.HiddenSize, config.IntermediateSize, hasBias: false);
        _down = Linear(config.IntermediateSize, config.HiddenSize, hasBias: false);
        register_module("gate_proj", _gate);
        register_module("up_proj", _up);
        register_module("down_proj", _down);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _down.forward(functional.silu(_gate.forward(x)).mul(_up.forward(x))).MoveToOuterDisposeScope();
    }
}

internal sealed class Block : Module
{
    private readonly RmsNorm _inputNorm, _postAttentionNorm;
    private readonly Attention _attention;
    private readonly FeedForward _feedForward;

    public Block(PolicyConfig config)
        : base(nameof(Block))
    {
        _inputNorm = new RmsNorm(config.HiddenSize, config.RmsNormEpsilon);
        _attention = new Attention(config);
        _postAttentionNorm = new RmsNorm(config.HiddenSize, config.RmsNormEpsilon);
        _feedForward = new FeedForward(config);
        register_module("input_layernorm", _inputNorm);
        register_module("self_attn", _attention);
        register_module("post_attention_layernorm", _postAttentionNorm);
        register_module("mlp", _feedForward);
    }

    public Tensor Forward(Tensor x, (Tensor, Tensor) rotary, IAttentionContext context, int layer)
    {
        using var scope = NewDisposeScope();
        var h = x.add(_attention.Forward(_inputNorm.forward(x), rotary, context, layer), HeldScalars.One);
        return h.add(_feedForward.forward(_postAttentionNorm.forward(h)), HeldScalars.One).MoveToOuterDisposeScope();
    }
}

/// <summary>The decoder without its head; in the checkpoint everything below <c>model.</c>.</summary>
internal sealed class Decoder : Module
{
    private readonly Embedding _embedding;
    private readonly ModuleList<Block> _layers;
    private readonly RmsNorm _norm;

    public Decoder(PolicyConfig config)
        : base(nameof(Decoder))
    {
        _embedding = Embedding(config.VocabularySize, config.HiddenSize);
        _layers = ModuleList(Enumerable.Range(0, config.LayerCount).Select(_ => new Block(config)).ToArray());
        _norm = new RmsNorm(config.HiddenSize, config.RmsNormEpsilon);
        register_module("embed_tokens", _embedding);
        register_module("layers", _layers);
        register_module("norm", _norm);
    }

    public Parameter EmbeddingWeight => _embedding.weight!;

    public Tensor Forward(Tensor ids, (Tensor, Tensor) rotary, IAttentionContext context, Func<Tensor, Tensor>? dropout)
    {
        using var scope = NewDisposeScope();
        var x = _embedding.forward(ids); // [B, T, H]
        if (dropout is not null)
            x = dropout(x);
        for (var layer = 0; layer < _layers.Count; layer++)
            x = _layers[layer].Forward(x, rotary, context, layer);
        return _norm.forward(x).MoveToOuterDisposeScope(); // [B, T, H]
    }
}

/// <summary>The language model: the decoder with its head, which is the embedding itself (tied: one tensor, not a copy).</summary>
internal sealed class Transformer : Module
{
    private readonly Decoder _decoder;
    private readonly RotaryEmbedding _rotary;

    public Transformer(PolicyWeights weights, Device device)
        : base(nameof(Transformer))
    {
        if (weights.Config.ModelType != "qwen2" || !weights.Config.TieWordEmbeddings || weights.Config.Activation != "silu")
            throw new NotSupportedException($"The network is qwen2 with tied embeddings and silu; config.json says model_type {weights.Config.ModelType}, "
                + $"tie_word_embeddings {weights.Config.TieWordEmbeddings}, hidden_act {weights.Config.Activation}.");
        Config = weights.Config;
        _decoder = new Decoder(weights.Config);
        register_module("model", _decoder);
        WeightTransfer.Load(this, weights);
        this.to(device);
        _rotary = new RotaryEmbedding(weights.Config, device);
    }

    public PolicyConfig Config { get; }

    public Device Device => _decoder.EmbeddingWeight.device;

    /// <summary>Runs the decoder on token ids [B, T] at positions [B, T]; returns the hidden states [B, T, H].</summary>
    public Tensor Hidden(Tensor ids, Tensor positions, IAttentionContext context, Func<Tensor, Tensor>? dropout = null)
    {
        using var scope = NewDisposeScope();
        return _decoder.Forward(ids, _rotary.At(positions), context, dropout).MoveToOuterDisposeScope();
    }

    /// <summary>Applies the head to hidden states [.., H]; returns logits [.., V].</summary>
    public Tensor Logits(Tensor hidden) => Logits(hidden, _decoder.EmbeddingWeight);

    /// <summary>Applies rows of the head alone, as <see cref="HeadRows"/> gives them, to hidden states [.., H]; returns logits [.., rows].</summary>
    public static Tensor Logits(Tensor hidden, Tensor headRows) => functional.linear(hidden, headRows);

    /// <summary>Gathers the head's rows of tokens (long [rows]): [rows, H].</summary>
    public Tensor HeadRows(Tensor tokens) => _decoder.EmbeddingWeight.index_select(0, tokens);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rotary.Dispose();
        base.Dispose(disposing);
    }
}
