using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Ranks the catalog by the probability of a list's first line: the likeliest ways through the trie, best first.</summary>
/// <remarks>
/// The root's distribution is the prompt's own. From then on each turn opens the likeliest nodes that may still lead to an item better than
/// the N-th found so far, several in one pass, and ends when there is none: an item is never likelier than the nodes on its way.
/// </remarks>
internal sealed class FirstLineDecoding(
    GraphBuilder root, PolicyConfig config, DecoderGraph decoder, TrieGraph trie, EdgeChoice choice, int listLength)
{
    // How many nodes are opened in a turn, and how many wait at most.
    private const int Opened = 8, Waiting = 256;

    private readonly AttentionScores _scores = new(config);

    /// <summary>Adds the search.</summary>
    /// <param name="hidden">The state after each prompt, [B, H].</param>
    /// <param name="prompts">The prompts' keys and values.</param>
    /// <returns>Ranks of the items, int64 [B, N], −1 where none is left, and their scores, float [B, N].</returns>
    public (string Ranks, string Scores) Add(string hidden, PromptAttention prompts)
    {
        var shares = Shares(root, choice.OfRoot(root, hidden), root.Scalar(0f)); // [B, children]
        var children = Enumerable.Range(1, trie.RootEdges).ToArray();
        var isLeaf = root.Cast(root.Initializer("trie.root_leaf", children.Select(child => trie.Trie.IsLeaf(child) ? 1 : 0)), ElementType.Bool);
        var nodes = root.Expand(root.Initializer("trie.root_children", children), root.Shape(shares)); // [B, children]
        var found = Best(root, Padded(root, OnlyWhere(root, isLeaf, shares), trie.Low(root, nodes), listLength), listLength);
        if (!children.Any(child => !trie.Trie.IsLeaf(child)))
            return Written(found);
        var waiting = Best(root, Padded(root, OnlyWhere(root, root.Not(isLeaf), shares), nodes, Waiting), Waiting);
        var end = root.Nodes(
            "Loop",
            [root.Scalar(trie.Trie.NodeCount), IsPromising(root, found, waiting), found.Scores, found.Values, waiting.Scores, waiting.Values],
            4,
            NodeAttribute.Of("body", Body(prompts).Graph));
        return Written((end[0], end[1]));
    }

    private (string Ranks, string Scores) Written((string Scores, string Ranks) found)
    {
        var isFound = root.Less(root.Scalar(EdgeChoice.Closed / 2), found.Scores);
        return (root.Where(isFound, found.Ranks, root.Scalar(-1)), root.Where(isFound, found.Scores, root.Scalar(0f)));
    }

    private GraphBuilder Body(PromptAttention prompts)
    {
        var body = root.Body("opening");
        body.Input("opening_turn", ElementType.Int64);
        body.Input("opening_go_on", ElementType.Bool);
        var found = (
            Scores: body.Input("found_scores", ElementType.Float, "rows", listLength),
            Values: body.Input("found_ranks", ElementType.Int64, "rows", listLength));
        var waiting = (
            Scores: body.Input("waiting_scores", ElementType.Float, "rows", Waiting),
            Values: body.Input("waiting_nodes", ElementType.Int64, "rows", Waiting));

        var parents = body.UpTo(waiting.Scores, Opened, axis: 1); // [B, W]
        var isOpened = body.Less(body.From(found.Scores, -1, axis: 1), parents);
        var leaf = Enumerable.Range(0, trie.Trie.NodeCount).First(trie.Trie.IsLeaf);
        var nodes = body.Where(isOpened, body.UpTo(waiting.Values, Opened, axis: 1), body.Scalar(leaf)); // a leaf has nothing to open
        var hidden = Feed(body, trie.PathTokens(body, nodes, isOpened), prompts); // [B · W, H]
        var rows = body.Range(body.Scalar(0), body.Squeeze(body.Length(parents, 0)));
        var owners = body.Reshape(body.Expand(body.Unsqueeze(rows, 1), body.Shape(parents)), -1);
        var (logits, edges) = choice.OfNodes(body, hidden, owners, body.Reshape(nodes, -1), listed: null); // [B · W, c]
        var shares = Shares(body, logits, body.Reshape(parents, -1, 1));
        var children = body.Add(edges, body.Scalar(1));
        var isLeaf = trie.IsLeaf(body, children);

        string ByRow(string x) => body.ReshapeTo(x, body.Concat(0, body.Length(parents, 0), body.Vector(-1))); // [B, W · c]
        var items = (ByRow(OnlyWhere(body, isLeaf, shares)), ByRow(trie.Low(body, children)));
        var further = (ByRow(OnlyWhere(body, body.Not(isLeaf), shares)), ByRow(children));
        var left = (body.From(waiting.Scores, Opened, axis: 1), body.From(waiting.Values, Opened, axis: 1));
        found = Best(body, Together(body, found, items), listLength);
        waiting = Best(body, Together(body, left, further), Waiting);
        body.Output(IsPromising(body, found, waiting), "opening_next_go_on", ElementType.Bool);
        body.Output(found.Scores, "next_found_scores", ElementType.Float, "rows", listLength);
        body.Output(found.Values, "next_found_ranks", ElementType.Int64, "rows", listLength);
        body.Output(waiting.Scores, "next_waiting_scores", ElementType.Float, "rows", Waiting);
        body.Output(waiting.Values, "next_waiting_nodes", ElementType.Int64, "rows", Waiting);
        return body;
    }

    // All nodes' tokens in one pass: each node's see the prompt and their own way alone.
    private string Feed(GraphBuilder body, TokenRun run, PromptAttention prompts)
    {
        var length = body.Length(run.Tokens, 2); // S
        string Flat(string x) => body.Reshape(x, 0, -1); // [B, W · S]
        var at = body.Range(body.Scalar(0), body.Squeeze(body.Multiply(length, body.Vector(Opened))));
        var way = body.Divide(at, length); // [W · S]
        var isSameWay = body.And(body.Equal(way, body.Unsqueeze(way, 1)), body.LessOrEqual(at, body.Unsqueeze(at, 1))); // [W · S, W · S]
        var own = PromptAttention.BiasOf(body, body.And(isSameWay, body.Unsqueeze(Flat(run.IsToken), 1, 2, 3))); // [B, 1, 1, W · S, W · S]
        var ofPrompt = body.Expand(prompts.KeyBias, body.Concat(0, body.UpTo(body.Shape(own), 4, axis: 0), body.Vector(1)));
        var bias = body.Concat(-1, ofPrompt, own);
        var positions = Flat(body.Add(body.Unsqueeze(prompts.Lengths, 1, 2), run.Places));
        var hidden = decoder.Forward(body, Flat(run.Tokens), positions, Attend); // [B, W · S, H]
        var byNode = body.ReshapeTo(hidden, body.Concat(0, body.Vector(0, Opened), length, body.Vector(config.HiddenSize)));
        return body.Reshape(body.From(byNode, -1, axis: 2), -1, config.HiddenSize);

        string Attend(int layer, string query, string key, string value) =>
            _scores.Mix(body, query, [prompts.Kept[layer], new KeyValue(body.Transpose(key, 0, 1, 3, 2), value)], bias);
    }

    // Log-probabilities among the open edges, on top of the way that led to them; closed ones stay closed.
    private static string Shares(GraphBuilder graph, string logits, string before) => graph.Where(
        graph.Less(graph.Scalar(EdgeChoice.Closed / 2), logits),
        graph.Add(graph.Node("LogSoftmax", [logits], NodeAttribute.Of("axis", -1)), before),
        graph.Scalar(EdgeChoice.Closed));

    private static string OnlyWhere(GraphBuilder graph, string isMeant, string shares) => graph.Where(isMeant, shares, graph.Scalar(EdgeChoice.Closed));

    private static (string Scores, string Values) Together(GraphBuilder graph, (string Scores, string Values) a, (string Scores, string Values) b) =>
        (graph.Concat(1, a.Scores, b.Scores), graph.Concat(1, a.Values, b.Values));

    private static (string Scores, string Values) Best(GraphBuilder graph, (string Scores, string Values) all, int count)
    {
        var (scores, places) = graph.Largest(all.Scores, graph.Vector(count));
        return (scores, graph.GatherElements(all.Values, places, axis: 1));
    }

    // At least as many as are taken of them.
    private static (string Scores, string Values) Padded(GraphBuilder graph, string scores, string values, int count)
    {
        var shape = graph.Concat(0, graph.Length(scores, 0), graph.Vector(count));
        return Together(graph, (scores, values), (graph.Expand(graph.Scalar(EdgeChoice.Closed), shape), graph.Expand(graph.Scalar(0), shape)));
    }

    // Whether a node waits, in any row, that is likelier than the row's N-th item.
    private static string IsPromising(GraphBuilder graph, (string Scores, string Values) found, (string Scores, string Values) waiting)
    {
        var isLikelier = graph.Less(graph.From(found.Scores, -1, axis: 1), graph.UpTo(waiting.Scores, 1, axis: 1)); // [B, 1]
        var any = graph.Node("ReduceMax", [graph.Cast(isLikelier, ElementType.Int64)], NodeAttribute.Of("keepdims", 0));
        return graph.Cast(any, ElementType.Bool);
    }
}
