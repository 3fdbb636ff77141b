using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Keys and values, held by a graph, of the tokens that all prompts of a policy begin with: a run feeds only what follows them.</summary>
/// <remarks>
/// A batch in which a prompt begins otherwise, or ends with them, is run as a whole: p, how many tokens are taken from the cache, is all of
/// them or 0.
/// </remarks>
internal sealed class CachedPrefix
{
    // Fewer don't pay for what putting them in front of the prompts costs (benchmark prefix-cache).
    private const int LeastTokens = 32;

    private readonly GraphBuilder _graph;
    private readonly string _rows;
    private readonly KeyValue[] _kept;

    /// <summary>Adds the prefix to a graph.</summary>
    /// <param name="graph">The main graph.</param>
    /// <param name="weights">The policy.</param>
    /// <param name="form">How its weights are held, and the prefix; at least one token.</param>
    /// <param name="inputIds">The prompts, int64 [B, P], padded on the left.</param>
    /// <param name="mask">Their mask, int64 [B, P].</param>
    public CachedPrefix(GraphBuilder graph, PolicyWeights weights, GraphForm form, string inputIds, string mask)
    {
        _graph = graph;
        var (heads, size, count) = (weights.Config.KeyValueHeadCount, weights.Config.HeadSize, form.Prefix.Count);
        _kept = [.. PrefixRun.Of(weights, form.Precision, form.Prefix).Select((kept, layer) => new KeyValue(
            graph.Initializer($"prefix.{layer}.key", [1, heads, size, count], kept.Key),
            graph.Initializer($"prefix.{layer}.value", [1, heads, count, size], kept.Value)))];
        _rows = graph.Length(mask, 0);
        Length = graph.Multiply(IsEverywhere(form.Prefix, inputIds, mask), graph.Vector(count));
        InputIds = After(inputIds, axis: 1);

        // Padding stays on the left of what is fed, so that it is the mask's end that goes.
        var fed = graph.Slice(mask, graph.Vector(0), graph.Subtract(graph.Length(mask, 1), Length), axis: 1);
        KeyMask = graph.Concat(1, graph.Expand(graph.Scalar(1), graph.Concat(0, _rows, Length)), fed);
    }

    /// <summary>p, int64 [1].</summary>
    public string Length { get; }

    /// <summary>The tokens that are fed, int64 [B, P − p].</summary>
    public string InputIds { get; }

    /// <summary>The mask of the p cached tokens and of those that are fed, int64 [B, P].</summary>
    public string KeyMask { get; }

    /// <summary>The tokens of a policy's prompts that are worth it: those before the first message, or none.</summary>
    public static IReadOnlyList<int> Of(ChatPrompt prompt) => prompt.Opening.Count >= LeastTokens ? prompt.Opening : [];

    /// <summary>What lies behind the first p places of an axis.</summary>
    public string After(string x, int axis) => _graph.Slice(x, Length, _graph.Vector(long.MaxValue), axis);

    /// <summary>A block's keys and values of whole prompts: for each row the p cached ones, and then its own.</summary>
    public KeyValue Before(int layer, KeyValue own) => new(
        _graph.Concat(3, Cached(_kept[layer].Key, 3), own.Key), _graph.Concat(2, Cached(_kept[layer].Value, 2), own.Value));

    private string Cached(string x, int axis) => _graph.Expand(
        _graph.Slice(x, _graph.Vector(0), Length, axis), _graph.Concat(0, _rows, _graph.Vector(1, 1, 1)));

    // 1 where each prompt begins with the prefix and goes on after it, else 0; int64 [].
    private string IsEverywhere(IReadOnlyList<int> prefix, string inputIds, string mask)
    {
        var (lengths, width) = (_graph.Sum(mask, 1), _graph.Length(mask, 1));
        var isLonger = _graph.Less(_graph.Scalar(prefix.Count), lengths); // [B]
        var first = _graph.Unsqueeze(_graph.Subtract(width, lengths), 1); // [B, 1]
        var places = _graph.Add(first, _graph.Initializer("prefix_places", Enumerable.Range(0, prefix.Count))); // [B, tokens]
        var within = _graph.Node("Min", [places, _graph.Subtract(width, _graph.Vector(1))]); // a shorter prompt has fewer
        var isSame = _graph.Equal(_graph.GatherElements(inputIds, within, axis: 1), _graph.Initializer("prefix", prefix));
        var isMet = _graph.Cast(_graph.And(isSame, _graph.Unsqueeze(isLonger, 1)), ElementType.Int64); // [B, tokens]
        return _graph.Node("ReduceMin", [isMet], NodeAttribute.Of("keepdims", 0));
    }
}
