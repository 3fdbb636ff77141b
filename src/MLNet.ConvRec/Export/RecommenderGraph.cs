using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>
/// The whole recommender as one ONNX graph, <c>recommender.onnx</c>: token ids of the prompt in, a ranked list of catalog items out.
/// </summary>
/// <remarks>
/// Inputs: <c>input_ids</c> int64 [1, seq], the prompt, at least one token; <c>exclude</c> int64 [1, nex], catalog indices, each once, where
/// the catalog's size stands for nothing. Outputs: <c>items</c> int64 [1, N], catalog indices by rank, −1 where no item is left;
/// <c>item_scores</c> float [1, N], the sum of the log-probabilities of the decisions that wrote the line, under the catalog mask (0 where
/// no item is left). One Loop decodes greedily. Each turn feeds the tokens that are certain (first the prompt, then those of the edge
/// just taken) and decides at the next node: forced tokens cost no pass of their own, and the decoder is in the file once.
/// </remarks>
internal sealed class RecommenderGraph
{
    public const string InputIds = "input_ids";
    public const string Exclude = "exclude";
    public const string Items = "items";
    public const string ItemScores = "item_scores";

    private readonly GraphBuilder _graph = new("recommender");
    private readonly PolicyConfig _config;
    private readonly DecoderGraph _decoder;
    private readonly TrieGraph _trie;
    private readonly int _listLength;
    private readonly int _maxTurns;

    private RecommenderGraph(PolicyWeights weights, TokenTrie trie, int listLength)
    {
        _config = weights.Config;
        _decoder = new DecoderGraph(weights);
        _trie = new TrieGraph(_graph, trie);
        _listLength = listLength;
        _maxTurns = listLength * trie.MaxDepth;
    }

    /// <summary>Builds the graph and returns it as the bytes of a model file.</summary>
    /// <param name="weights">The policy.</param>
    /// <param name="trie">The catalog's lines in the policy's tokens.</param>
    /// <param name="listLength">N, the number of items in a list; at least 1.</param>
    public static byte[] Build(PolicyWeights weights, TokenTrie trie, int listLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(listLength, 1);
        return new RecommenderGraph(weights, trie, listLength).Build();
    }

    private byte[] Build()
    {
        var prompt = _graph.Input(InputIds, ElementType.Int64, 1, "seq");
        var excluded = _trie.Ranks(_graph, _graph.Input(Exclude, ElementType.Int64, 1, "nex"));
        var nothingCached = _graph.Initializer("empty_cache", [1, _config.KeyValueHeadCount, 0, _config.HeadSize], []);
        string[] start =
        [
            prompt,
            _graph.Vector(0), // the root
            _graph.Vector(0), // items listed
            _graph.Vector(0f),
            _graph.Initializer("no_ranks", Enumerable.Repeat(-1, _listLength)),
            _graph.Initializer("no_scores", [_listLength], new float[_listLength]),
            .. Enumerable.Repeat(nothingCached, 2 * _config.LayerCount),
        ];
        var end = _graph.Nodes(
            "Loop", [_graph.Scalar(_maxTurns), _graph.True(), .. start], start.Length, NodeAttribute.Of("body", Body(excluded).Graph));
        _graph.Output(_graph.Unsqueeze(_trie.Items(_graph, end[4]), 0), Items, ElementType.Int64, 1, _listLength);
        _graph.Output(_graph.Unsqueeze(end[5], 0), ItemScores, ElementType.Float, 1, _listLength);
        return _graph.ToModel("Greedy catalog-constrained list of items for a prompt.");
    }

    // One turn: feed the certain tokens, decide at the node, write the item if its line ends there.
    private GraphBuilder Body(string excluded)
    {
        var body = _graph.Body("turn");
        var state = LoopState.Declare(body, _config, _listLength);
        var (hidden, present) = Decode(body, state);
        var last = body.Gather(hidden, body.Scalar(-1), axis: 1); // [1, H]: logits of the other positions are never needed
        var choice = _trie.Choose(body, _decoder.Logits(body, last), state.Node, body.Concat(0, state.Chosen, excluded));

        var isLeaf = _trie.IsLeaf(body, choice.Child);
        var score = body.Add(state.Score, choice.LogProbability);
        var isWritten = body.And(choice.AnyOpen, isLeaf);
        var isHere = body.And(body.Equal(body.Initializer("places", Enumerable.Range(0, _listLength)), state.Count), isWritten); // [N]
        var count = body.Add(state.Count, body.Cast(isWritten, ElementType.Int64));
        var next = new LoopState(
            _trie.Tokens(body, choice.Edge),
            Node: body.Where(isLeaf, body.Vector(0), choice.Child),
            count,
            Score: body.Where(isLeaf, body.Vector(0f), score),
            Chosen: body.Where(isHere, _trie.Low(body, choice.Child), state.Chosen),
            Scores: body.Where(isHere, score, state.Scores),
            present);
        next.Return(body, goOn: body.Squeeze(body.And(choice.AnyOpen, body.Less(count, body.Vector(_listLength)))), _config, _listLength);
        return body;
    }

    private (string Hidden, KeyValue[] Present) Decode(GraphBuilder body, LoopState state)
    {
        var past = body.Squeeze(body.Length(state.Cache[0].Key, 2));
        var total = body.Add(past, body.Squeeze(body.Length(state.Tokens, 1)));
        var positions = body.Unsqueeze(body.Range(past, total), 0); // [1, s]
        return _decoder.Forward(body, state.Tokens, positions, DecoderGraph.CausalBias(body, past, total), state.Cache);
    }
}
