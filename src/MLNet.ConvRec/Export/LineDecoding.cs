using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Greedy decoding line by line, the paper's: a Loop that writes the lists of all rows along the catalog's trie.</summary>
/// <remarks>
/// Each turn chooses an edge in every row, at the node that the row has come to, and feeds the edge's tokens: those after the first are
/// forced and cost no pass of their own. Rows don't wait for each other; shorter edges are padded on the left and masked.
/// </remarks>
internal sealed class LineDecoding(GraphBuilder root, PolicyConfig config, DecoderGraph decoder, TrieGraph trie, EdgeChoice choice, int listLength)
{
    private readonly AttentionScores _scores = new(config);

    /// <summary>Adds the Loop.</summary>
    /// <param name="hidden">The state after each prompt, [B, H].</param>
    /// <param name="prompts">The prompts' keys and values.</param>
    /// <returns>Ranks of the listed items, int64 [B, N], −1 where none is left, and their scores, float [B, N].</returns>
    public (string Ranks, string Scores) Add(string hidden, PromptAttention prompts)
    {
        var rows = root.Length(hidden, 0);
        var table = root.Concat(0, rows, root.Vector(listLength));
        var noKeys = root.Expand(root.Scalar(0f), root.Concat(0, rows, root.Vector(config.KeyValueHeadCount, config.HeadSize, 0)));
        var noValues = root.Expand(root.Scalar(0f), root.Concat(0, rows, root.Vector(config.KeyValueHeadCount, 0, config.HeadSize)));
        var zeros = root.Expand(root.Scalar(0), rows);
        var start = new ListState(
            hidden,
            Node: zeros,
            prompts.Lengths,
            Count: zeros,
            Score: root.Expand(root.Scalar(0f), rows),
            Listed: root.Expand(root.Scalar(-1), table),
            Scores: root.Expand(root.Scalar(0f), table),
            KeyBias: root.Expand(root.Scalar(0f), root.Concat(0, rows, root.Vector(0))),
            [.. Enumerable.Repeat(new KeyValue(noKeys, noValues), config.LayerCount)]);
        var body = Body(prompts);
        var end = root.Nodes(
            "Loop",
            [root.Scalar((long)listLength * trie.Trie.MaxDepth), root.True(), .. start.ToArray()],
            start.ToArray().Length,
            NodeAttribute.Of("body", body.Graph));
        return (end[5], end[6]);
    }

    private GraphBuilder Body(PromptAttention prompts)
    {
        var body = root.Body("turn");
        var state = ListState.Declare(body, config, listLength);
        var (edge, logProbability, isOpen) = Choose(body, state);

        var child = body.Add(edge, body.Scalar(1)); // [B]
        var isLeaf = trie.IsLeaf(body, child);
        var isWritten = body.And(isOpen, isLeaf);
        var score = body.Add(state.Score, logProbability);
        var places = body.Initializer("places", Enumerable.Range(0, listLength));
        var isHere = body.And(body.Equal(places, body.Unsqueeze(state.Count, 1)), body.Unsqueeze(isWritten, 1)); // [B, N]
        var count = body.Add(state.Count, body.Cast(isWritten, ElementType.Int64));
        var goesOn = body.And(isOpen, body.Less(count, body.Scalar(listLength))); // [B]

        var run = trie.EdgeTokens(body, edge, goesOn);
        var (hidden, keyBias, cache) = Feed(body, state, run, prompts);
        var next = new ListState(
            hidden,
            Node: body.Where(goesOn, body.Where(isLeaf, body.Scalar(0), child), body.Scalar(-1)),
            Position: body.Add(state.Position, run.Lengths),
            count,
            Score: body.Where(isLeaf, body.Scalar(0f), score),
            Listed: body.Where(isHere, body.Unsqueeze(trie.Low(body, child), 1), state.Listed),
            Scores: body.Where(isHere, body.Unsqueeze(score, 1), state.Scores),
            keyBias,
            cache);
        var left = body.Node("ReduceMax", [body.Cast(goesOn, ElementType.Int64)], NodeAttribute.Of("keepdims", 0));
        next.Return(body, goOn: body.Cast(left, ElementType.Bool), config, listLength);
        return body;
    }

    // Rows at the root and rows further on are weighed apart, each kind together; a finished row keeps edge 0 and no open edge.
    private (string Edge, string LogProbability, string IsOpen) Choose(GraphBuilder body, ListState state)
    {
        var (isRoot, isInner) = (body.Equal(state.Node, body.Scalar(0)), body.Less(body.Scalar(0), state.Node));
        var atRoot = Rows(body, isRoot);
        var (place, logProbability, isOpen) = EdgeChoice.Best(
            body, choice.OfRoot(body, body.Gather(state.Hidden, atRoot), atRoot, body.Gather(state.Listed, atRoot)));

        // A row that isn't meant looks from a leaf, where there is nothing to choose.
        var inner = Rows(body, isInner);
        var leaf = Enumerable.Range(0, trie.Trie.NodeCount).First(trie.Trie.IsLeaf);
        var nodes = body.Gather(body.Where(isInner, state.Node, body.Scalar(leaf)), inner);
        var (logits, edges) = choice.OfNodes(body, body.Gather(state.Hidden, inner), inner, nodes, body.Gather(state.Listed, inner));
        var (innerPlace, innerLogProbability, isInnerOpen) = EdgeChoice.Best(body, logits);
        var innerEdge = body.GatherElements(edges, innerPlace, axis: 1);
        return (
            Either(body.Scalar(0), place, innerEdge),
            Either(body.Scalar(0f), logProbability, innerLogProbability),
            body.Cast(Either(body.Scalar(0), body.Cast(isOpen, ElementType.Int64), body.Cast(isInnerOpen, ElementType.Int64)), ElementType.Bool));

        string Either(string otherwise, string ofRoot, string ofInner)
        {
            var all = body.Expand(otherwise, body.Shape(state.Node)); // [B]
            var (root, further) = (body.ScatterElements(all, atRoot, body.Squeeze(ofRoot, 1), 0), body.ScatterElements(all, inner, body.Squeeze(ofInner, 1), 0));
            return body.Where(isRoot, root, body.Where(isInner, further, all));
        }
    }

    // The rows for which something is true; row 0 at the end, so that there is always one.
    private static string Rows(GraphBuilder body, string isMeant) => body.Concat(0, body.Places(isMeant), body.Vector(0));

    private (string Hidden, string KeyBias, KeyValue[] Cache) Feed(GraphBuilder body, ListState state, TokenRun run, PromptAttention prompts)
    {
        var fresh = PromptAttention.BiasOf(body, run.IsToken); // [B, S]
        var keyBias = body.Concat(1, state.KeyBias, fresh); // [B, T + S]
        var places = body.Range(body.Scalar(0), body.Squeeze(body.Length(run.Tokens, 1))); // [S]
        var order = PromptAttention.BiasOf(body, body.LessOrEqual(places, body.Unsqueeze(places, 1))); // [S, S]
        var ofFresh = body.Add(body.Unsqueeze(fresh, 1, 2, 3), order); // [B, 1, 1, S, S]
        var shape = body.Shape(ofFresh);
        string Wide(string bias) => body.Expand(bias, body.Concat(0, body.UpTo(shape, 4, axis: 0), body.Vector(1)));
        var bias = body.Concat(-1, Wide(prompts.KeyBias), Wide(body.Unsqueeze(state.KeyBias, 1, 2, 3)), ofFresh); // [B, 1, 1, S, P + T + S]
        var positions = body.Add(body.Unsqueeze(state.Position, 1), run.Places); // [B, S]
        var cache = new KeyValue[config.LayerCount];
        var hidden = decoder.Forward(body, run.Tokens, positions, Attend);
        return (body.Squeeze(body.From(hidden, -1, axis: 1), 1), keyBias, cache);

        string Attend(int layer, string query, string key, string value)
        {
            var past = state.Cache[layer];
            cache[layer] = new KeyValue(body.Concat(3, past.Key, body.Transpose(key, 0, 1, 3, 2)), body.Concat(2, past.Value, value));
            return _scores.Mix(body, query, [prompts.Kept[layer], cache[layer]], bias);
        }
    }
}
