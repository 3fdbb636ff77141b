using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ConvRec.Policy;

/// <summary>The whole network, read bottom-up: a decoder with RMS norm, rotary positions, grouped-query attention and gated feed-forward, as Qwen2, Qwen3 and Llama are.</summary>
/// <remarks>
/// Parameter names are the checkpoint's own. Parameters are born without values: whoever makes a network loads them. B: sequences, T: new tokens,
/// S: tokens attended to, H: hidden, V: vocabulary, D: head size.
/// </remarks>
internal sealed class RmsNorm : Module<Tensor, Tensor>
{
    private readonly Parameter _weight;
    private readonly Scalar _epsilon;

    public RmsNorm(int size, double epsilon, NumberFormat format)
        : base(nameof(RmsNorm))
    {
        _weight = format.Parameter(size);
        _epsilon = epsilon;
        register_parameter("weight", _weight);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var scale = rsqrt(x.mul(x).mean([-1], keepdim: true).add(_epsilon, HeldScalars.One)); // [.., 1]
        return x.mul(scale).mul(_weight).MoveToOuterDisposeScope();
    }
}

/// <summary>Where the weights are, how they are stored, and in what their products are computed.</summary>
internal sealed record NumberFormat(Precision Precision, Device Device)
{
    public ScalarType Weights => Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    public ScalarType Factors => Precision == Precision.Full ? ScalarType.Float32 : ScalarType.BFloat16;

    public Parameter Parameter(params long[] shape) => new(empty(shape, dtype: Weights, device: Device));

    /// <summary>Multiplies states [.., in], float32, by a weight [out, in]; returns [.., out], float32.</summary>
    public Tensor Product(Tensor x, Tensor weight)
    {
        if (Factors == ScalarType.Float32)
            return functional.linear(x, weight);
        using var scope = NewDisposeScope();
        return functional.linear(x.to(Factors), weight.to(Factors)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}

internal sealed class Projection : Module<Tensor, Tensor>
{
    private readonly Parameter _weight; // [out, in]
    private readonly Parameter? _bias;  // [out]
    private readonly NumberFormat _format;

    public Projection(int inputs, int outputs, bool hasBias, NumberFormat format)
        : base(nameof(Projection))
    {
        _format = format;
        _weight = format.Parameter(outputs, inputs);
        register_parameter("weight", _weight);
        if (!hasBias)
            return;
        _bias = format.Parameter(outputs);
        register_parameter("bias", _bias);
    }

    public Parameter Weight => _weight;

    /// <summary>What is learned while the weight stands still; <see langword="null"/> where the weight itself learns.</summary>
    public LoraAdapter? Adapter { get; set; }

    public override Tensor forward(Tensor x)
    {
        if (Adapter is not { IsOn: true } adapter)
            return Own(x);
        using var scope = NewDisposeScope();
        return adapter.Add(Own(x), x, _format).MoveToOuterDisposeScope();
    }

    private Tensor Own(Tensor x)
    {
        if (_bias is null)
            return _format.Product(x, _weight);
        if (_format.Factors == ScalarType.Float32)
            return functional.linear(x, _weight, _bias);
        using var scope = NewDisposeScope();
        return _format.Product(x, _weight).Plus(_bias).MoveToOuterDisposeScope(); // biases can be large: added in float32
    }
}

/// <summary>Rotary position embedding, rotate-half form: the two halves of a head are the two coordinates of each plane.</summary>
internal sealed class RotaryEmbedding(PolicyConfig config, Device device) : IDisposable
{
    private readonly Tensor _frequencies = tensor(RotaryFrequencies.Of(config), device: device).DetachFromDisposeScope(); // [D/2]

    /// <summary>Returns cosine and sine at the given positions [B, T], each [B, 1, T, D].</summary>
    public (Tensor Cosine, Tensor Sine) At(Tensor positions)
    {
        var half = positions.to(ScalarType.Float32).unsqueeze(-1).mul(_frequencies); // [B, T, D/2]
        var angle = cat([half, half], -1).unsqueeze(1);                              // [B, 1, T, D]
        return (angle.cos(), angle.sin());
    }

    public static Tensor Rotate(Tensor x, (Tensor Cosine, Tensor Sine) rotary)
    {
        using var scope = NewDisposeScope();
        var half = x.shape[^1] / 2;
        var turned = cat([x.narrow(-1, half, half).neg(), x.narrow(-1, 0, half)], -1); // [B, heads, T, D]
        return x.mul(rotary.Cosine).Plus(turned.mul(rotary.Sine)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _frequencies.Dispose();
}

/// <summary>What a forward pass attends to beside its own tokens, and how.</summary>
internal interface IAttentionContext
{
    /// <summary>Lets the queries [B, heads, T, D] of a layer attend, given its new keys and values [B, kv, T, D]; returns [B, heads, T, D].</summary>
    Tensor Attend(int layer, Tensor queries, Tensor keys, Tensor values);
}

internal sealed class Attention : Module
{
    private readonly Projection _queries, _keys, _values, _output;
    private readonly RmsNorm? _queryNorm, _keyNorm;
    private readonly PolicyConfig _config;

    public Attention(PolicyConfig config, NumberFormat format)
        : base(nameof(Attention))
    {
        _config = config;
        var hasBias = config.HasQueryKeyValueBias;
        _queries = new Projection(config.HiddenSize, config.HeadCount * config.HeadSize, hasBias, format);
        _keys = new Projection(config.HiddenSize, config.KeyValueHeadCount * config.HeadSize, hasBias, format);
        _values = new Projection(config.HiddenSize, config.KeyValueHeadCount * config.HeadSize, hasBias, format);
        _output = new Projection(config.HeadCount * config.HeadSize, config.HiddenSize, hasBias: false, format);
        register_module("q_proj", _queries);
        register_module("k_proj", _keys);
        register_module("v_proj", _values);
        register_module("o_proj", _output);
        if (!config.HasQueryKeyNorm)
            return;
        _queryNorm = new RmsNorm(config.HeadSize, config.RmsNormEpsilon, format);
        _keyNorm = new RmsNorm(config.HeadSize, config.RmsNormEpsilon, format);
        register_module("q_norm", _queryNorm);
        register_module("k_norm", _keyNorm);
    }

    public (string Name, Projection Projection)[] Projections => [("q_proj", _queries), ("k_proj", _keys), ("v_proj", _values), ("o_proj", _output)];

    public Tensor Forward(Tensor x, (Tensor, Tensor) rotary, IAttentionContext context, int layer)
    {
        using var scope = NewDisposeScope();
        long b = x.shape[0], t = x.shape[1];
        var queries = RotaryEmbedding.Rotate(Heads(_queries, _config.HeadCount, _queryNorm), rotary);         // [B, heads, T, D]
        var keys = RotaryEmbedding.Rotate(Heads(_keys, _config.KeyValueHeadCount, _keyNorm), rotary);         // [B, kv, T, D]
        var attended = context.Attend(layer, queries, keys, Heads(_values, _config.KeyValueHeadCount, null)); // [B, heads, T, D]
        return _output.forward(attended.transpose(1, 2).reshape(b, t, -1)).MoveToOuterDisposeScope();         // [B, T, H]

        Tensor Heads(Projection projection, int heads, RmsNorm? norm)
        {
            var parts = projection.forward(x).view(b, t, heads, _config.HeadSize);
            return (norm is null ? parts : norm.forward(parts)).transpose(1, 2);
        }
    }
}

internal sealed class FeedForward : Module<Tensor, Tensor>
{
    private readonly Projection _gate, _up, _down;

    public FeedForward(PolicyConfig config, NumberFormat format)
        : base(nameof(FeedForward))
    {
        _gate = new Projection(config.HiddenSize, config.IntermediateSize, hasBias: false, format);
        _up = new Projection(config.HiddenSize, config.IntermediateSize, hasBias: false, format);
        _down = new Projection(config.IntermediateSize, config.HiddenSize, hasBias: false, format);
        register_module("gate_proj", _gate);
        register_module("up_proj", _up);
        register_module("down_proj", _down);
    }

    public (string Name, Projection Projection)[] Projections => [("gate_proj", _gate), ("up_proj", _up), ("down_proj", _down)];

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

    public Block(PolicyConfig config, NumberFormat format)
        : base(nameof(Block))
    {
        _inputNorm = new RmsNorm(config.HiddenSize, config.RmsNormEpsilon, format);
        _attention = new Attention(config, format);
        _postAttentionNorm = new RmsNorm(config.HiddenSize, config.RmsNormEpsilon, format);
        _feedForward = new FeedForward(config, format);
        register_module("input_layernorm", _inputNorm);
        register_module("self_attn", _attention);
        register_module("post_attention_layernorm", _postAttentionNorm);
        register_module("mlp", _feedForward);
    }

    public IEnumerable<(string Name, Projection Projection)> Projections =>
    [
        .. _attention.Projections.Select(entry => ($"self_attn.{entry.Name}", entry.Projection)),
        .. _feedForward.Projections.Select(entry => ($"mlp.{entry.Name}", entry.Projection)),
    ];

    public Tensor Forward(Tensor x, (Tensor, Tensor) rotary, IAttentionContext context, int layer)
    {
        using var scope = NewDisposeScope();
        var h = x.Plus(_attention.Forward(_inputNorm.forward(x), rotary, context, layer));
        return h.Plus(_feedForward.forward(_postAttentionNorm.forward(h))).MoveToOuterDisposeScope();
    }
}

/// <summary>The gradient of a weight, to add to in place.</summary>
internal static class WeightGradient
{
    /// <summary>Returns it, or <see langword="null"/> where the weight stands still.</summary>
    public static Tensor? Of(Tensor weight) => weight.requires_grad ? weight.grad ??= zeros_like(weight).DetachFromDisposeScope() : null;
}

internal sealed class TokenEmbedding : Module<Tensor, Tensor>
{
    private readonly Parameter _weight; // [V, H]

    public TokenEmbedding(PolicyConfig config, NumberFormat format)
        : base(nameof(TokenEmbedding))
    {
        _weight = format.Parameter(config.VocabularySize, config.HiddenSize);
        register_parameter("weight", _weight);
    }

    public Parameter Weight => _weight;

    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var rows = is_grad_enabled() ? Rows.apply(_weight, ids.reshape(-1)) : _weight.Rows(ids.reshape(-1)); // [B·T, H]
        return rows.to(ScalarType.Float32).view(ids.shape[0], ids.shape[1], -1).MoveToOuterDisposeScope();              // [B, T, H]
    }

    /// <summary>Picks rows, and adds their gradients to the weight's own: autograd would make a whole gradient of zeros for them first.</summary>
    private sealed class Rows : autograd.SingleTensorFunction<Rows>
    {
        public override string Name => nameof(Rows);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (weight, ids) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([weight, ids]);
            return weight.Rows(ids);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            var saved = ctx.get_saved_variables();
            WeightGradient.Of(saved[0])!.index_add_(0, saved[1], grad_output, HeldScalars.One);
            return [null!, null!];
        }
    }
}

/// <summary>The decoder without its head; in the checkpoint everything below <c>model.</c>.</summary>
internal sealed class Decoder : Module
{
    private readonly TokenEmbedding _embedding;
    private readonly ModuleList<Block> _layers;
    private readonly RmsNorm _norm;

    public Decoder(PolicyConfig config, NumberFormat format)
        : base(nameof(Decoder))
    {
        _embedding = new TokenEmbedding(config, format);
        _layers = ModuleList(Enumerable.Range(0, config.LayerCount).Select(_ => new Block(config, format)).ToArray());
        _norm = new RmsNorm(config.HiddenSize, config.RmsNormEpsilon, format);
        register_module("embed_tokens", _embedding);
        register_module("layers", _layers);
        register_module("norm", _norm);
    }

    public Parameter EmbeddingWeight => _embedding.Weight;

    /// <summary>The linear layers, by the names that they have in the whole network.</summary>
    public IEnumerable<(string Name, Projection Projection)> Projections =>
        _layers.SelectMany((block, layer) => block.Projections.Select(entry => ($"model.layers.{layer}.{entry.Name}", entry.Projection)));

    public bool IsRecomputed { get; set; }

    public Tensor Forward(Tensor ids, (Tensor, Tensor) rotary, IAttentionContext context, Func<Tensor, Tensor>? dropout)
    {
        using var scope = NewDisposeScope();
        var x = _embedding.forward(ids); // [B, T, H]
        if (dropout is not null)
            x = dropout(x);
        if (IsRecomputed && is_grad_enabled() && !x.requires_grad)
            x = x.detach().requires_grad_(true); // a block that nothing before it asks for a gradient would not be gone back through
        for (var layer = 0; layer < _layers.Count; layer++)
        {
            x = IsRecomputed && context is IRecomputableContext recomputable && is_grad_enabled()
                ? RecomputedBlock.Forward(_layers[layer], x, rotary, recomputable, layer)
                : _layers[layer].Forward(x, rotary, context, layer);
        }

        return _norm.forward(x).MoveToOuterDisposeScope(); // [B, T, H]
    }
}

/// <summary>The language model: the decoder with its head, which is the embedding itself where they are tied (one tensor, not a copy).</summary>
internal sealed class Transformer : Module
{
    private readonly Decoder _decoder;
    private readonly Projection? _head;
    private readonly RotaryEmbedding _rotary;
    private readonly NumberFormat _format;

    public Transformer(PolicyWeights weights, Device device, Precision precision = Precision.Full)
        : this(weights.Config, new NumberFormat(precision, device)) => WeightTransfer.Load(this, weights);

    /// <summary>Makes a network whose parameters have no values yet.</summary>
    public Transformer(PolicyConfig config, NumberFormat format)
        : base(nameof(Transformer))
    {
        Check(config);
        (Config, _format) = (config, format);
        _decoder = new Decoder(config, format);
        register_module("model", _decoder);
        if (!config.TieWordEmbeddings)
        {
            _head = new Projection(config.HiddenSize, config.VocabularySize, hasBias: false, format);
            register_module("lm_head", _head);
        }

        _rotary = new RotaryEmbedding(config, format.Device);
    }

    public PolicyConfig Config { get; }

    public Device Device => _decoder.EmbeddingWeight.device;

    public Precision Precision => _format.Precision;

    public NumberFormat Format => _format;

    /// <summary>What is trained in place of the weights; <see langword="null"/> where the weights themselves are.</summary>
    public LoraAdapters? Adapters { get; private set; }

    /// <summary>What is trained, by name: every weight, or the adapters.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> Trained => Adapters?.Parameters ?? named_parameters();

    /// <summary>The head's weight, [V, H].</summary>
    public Parameter HeadWeight => _head?.Weight ?? _decoder.EmbeddingWeight;

    /// <summary>Whether passes with gradients keep only the blocks' inputs and compute the rest again on the way back (gradient checkpointing).</summary>
    public bool IsRecomputed
    {
        get => _decoder.IsRecomputed;
        init => _decoder.IsRecomputed = value;
    }

    /// <summary>Returns a network of its own with the same weights, without a copy of them in between.</summary>
    public Transformer Copy()
    {
        var copy = new Transformer(Config, _format);
        WeightTransfer.Copy(this, copy);
        return copy;
    }

    /// <summary>Gives every linear layer of the decoder an adapter, which adds nothing yet, and lets the weights stand still.</summary>
    public void Adapt(int rank, double alpha, ulong seed)
    {
        foreach (var weight in parameters())
            weight.requires_grad_(false);
        Adapters = new LoraAdapters(_decoder.Projections, rank, alpha, seed);
    }

    /// <summary>Runs the decoder on token ids [B, T] at positions [B, T]; returns the hidden states [B, T, H], float32.</summary>
    public Tensor Hidden(Tensor ids, Tensor positions, IAttentionContext context, Func<Tensor, Tensor>? dropout = null)
    {
        using var scope = NewDisposeScope();
        return _decoder.Forward(ids, _rotary.At(positions), context, dropout).MoveToOuterDisposeScope();
    }

    /// <summary>Applies the head to hidden states [.., H]; returns logits [.., V], float32.</summary>
    public Tensor Logits(Tensor hidden) => _format.Product(hidden, HeadWeight);

    /// <summary>Gathers the head's rows of tokens (long [rows]); returns [rows, H], float32.</summary>
    public Tensor HeadRows(Tensor tokens) => HeadWeight.Rows(tokens).to(ScalarType.Float32);

    private static void Check(PolicyConfig config)
    {
        if (config.ModelType is not ("qwen2" or "qwen3" or "llama"))
            throw new NotSupportedException($"The network is that of qwen2, qwen3 and llama; config.json says model_type {config.ModelType}.");
        if (config.Activation != "silu")
            throw new NotSupportedException($"The network's gate is silu; config.json says hidden_act {config.Activation}.");
        if (config.RopeScaling is { RopeType: not "llama3" } scaling)
            throw new NotSupportedException($"The network scales rotary frequencies as llama3 does; config.json says rope_type {scaling.RopeType}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rotary.Dispose();
            Adapters?.Dispose();
        }

        base.Dispose(disposing);
    }
}
