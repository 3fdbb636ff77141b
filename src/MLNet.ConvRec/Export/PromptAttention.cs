using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Attention of the prompts' tokens among themselves; keeps their keys and values for the lists.</summary>
/// <remarks>
/// Prompts are padded on the left: a token looks at itself and at those before it that are no padding. Keys are kept as a product wants
/// them, [B, kv heads, size, P], and never copied again: what a Loop's body takes from outside of it is shared by all turns. S of a
/// prompt's P tokens are fed: all, or those after a cached prefix.
/// </remarks>
internal sealed class PromptAttention
{
    // Finite, so that a row without a single allowed position gives a number, not NaN.
    private const float Forbidden = -1e9f;

    private readonly GraphBuilder _graph;
    private readonly AttentionScores _scores;
    private readonly string _bias;
    private readonly CachedPrefix? _prefix;
    private readonly List<KeyValue> _kept = [];

    /// <summary>Prepares what all blocks share.</summary>
    /// <param name="graph">The main graph.</param>
    /// <param name="config">The policy's shape.</param>
    /// <param name="mask">The prompts' mask, int64 [B, P], 1 for tokens and 0 for padding; with a prefix its <see cref="CachedPrefix.KeyMask"/>.</param>
    /// <param name="prefix">What the prompts begin with and is not fed; <see langword="null"/>: all of their tokens are.</param>
    public PromptAttention(GraphBuilder graph, PolicyConfig config, string mask, CachedPrefix? prefix = null)
    {
        _graph = graph;
        _prefix = prefix;
        _scores = new AttentionScores(config);
        var isToken = graph.Cast(mask, ElementType.Bool); // [B, P]
        Positions = Fed(graph.Subtract(graph.CumulativeSum(mask, 1), graph.Vector(1)), axis: 1); // padding has −1 or stays at the last
        Lengths = graph.Sum(mask, 1); // [B]
        KeyBias = BiasOf(graph, graph.Unsqueeze(isToken, 1, 2, 3)); // [B, 1, 1, 1, P]
        var places = graph.Range(graph.Scalar(0), graph.Squeeze(graph.Length(mask, 1)));
        var isBefore = graph.LessOrEqual(places, graph.Unsqueeze(Fed(places, axis: 0), 1)); // [S, P]
        _bias = BiasOf(graph, graph.And(isBefore, graph.Unsqueeze(isToken, 1, 2, 3))); // [B, 1, 1, S, P]
    }

    /// <summary>Each fed token's position within its own prompt, int64 [B, S].</summary>
    public string Positions { get; }

    /// <summary>How many tokens each prompt has, int64 [B].</summary>
    public string Lengths { get; }

    /// <summary>What is added to scores of the prompt's keys, [B, 1, 1, 1, P].</summary>
    public string KeyBias { get; }

    /// <summary>The prompts' keys, [B, kv heads, size, P], and values, [B, kv heads, P, size], of each block.</summary>
    public IReadOnlyList<KeyValue> Kept => _kept;

    /// <summary>The attention of one block.</summary>
    public string Attend(int layer, string query, string key, string value)
    {
        var own = new KeyValue(_graph.Transpose(key, 0, 1, 3, 2), value);
        var kept = _prefix is null ? own : _prefix.Before(layer, own);
        _kept.Add(kept);

        // The last block's queries are the last tokens' alone, which see all that is no padding.
        var bias = _kept.Count == _scores.LayerCount ? KeyBias : _bias;
        return _scores.Mix(_graph, query, [kept], bias);
    }

    /// <summary>0 where allowed, and a number too low to matter elsewhere.</summary>
    public static string BiasOf(GraphBuilder graph, string isAllowed) => graph.Where(isAllowed, graph.Scalar(0f), graph.Scalar(Forbidden));

    private string Fed(string x, int axis) => _prefix is null ? x : _prefix.After(x, axis);
}
