using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>What one turn of the recommender's Loop hands to the next, by the names of the values.</summary>
/// <param name="Tokens">The tokens to feed, int64 [1, s]; s differs from turn to turn.</param>
/// <param name="Node">The trie node after them, int64 [1].</param>
/// <param name="Count">Items listed so far, int64 [1].</param>
/// <param name="Score">Log-probability of the line so far, float [1].</param>
/// <param name="Chosen">Ranks of the listed items, int64 [N]; −1 where there is none yet.</param>
/// <param name="Scores">Their scores, float [N].</param>
/// <param name="Cache">Keys and values of each block.</param>
internal sealed record LoopState(
    string Tokens, string Node, string Count, string Score, string Chosen, string Scores, IReadOnlyList<KeyValue> Cache)
{
    /// <summary>Declares the state as inputs of a Loop body, after the turn's number and the condition, which ONNX puts first.</summary>
    public static LoopState Declare(GraphBuilder body, PolicyConfig config, int listLength)
    {
        body.Input("turn", ElementType.Int64);
        body.Input("go_on", ElementType.Bool);
        return new LoopState(
            body.Input("tokens", ElementType.Int64, 1, "s"),
            body.Input("node", ElementType.Int64, 1),
            body.Input("count", ElementType.Int64, 1),
            body.Input("score", ElementType.Float, 1),
            body.Input("chosen", ElementType.Int64, listLength),
            body.Input("scores", ElementType.Float, listLength),
            [.. Enumerable.Range(0, config.LayerCount).Select(layer => new KeyValue(
                body.Input($"past.{layer}.key", ElementType.Float, 1, config.KeyValueHeadCount, "past", config.HeadSize),
                body.Input($"past.{layer}.value", ElementType.Float, 1, config.KeyValueHeadCount, "past", config.HeadSize)))]);
    }

    /// <summary>Declares the state as outputs of a Loop body, in the order of <see cref="Declare"/>.</summary>
    public void Return(GraphBuilder body, string goOn, PolicyConfig config, int listLength)
    {
        body.Output(goOn, "next_go_on", ElementType.Bool);
        body.Output(Tokens, "next_tokens", ElementType.Int64, 1, "next_s");
        body.Output(Node, "next_node", ElementType.Int64, 1);
        body.Output(Count, "next_count", ElementType.Int64, 1);
        body.Output(Score, "next_score", ElementType.Float, 1);
        body.Output(Chosen, "next_chosen", ElementType.Int64, listLength);
        body.Output(Scores, "next_scores", ElementType.Float, listLength);
        for (var layer = 0; layer < Cache.Count; layer++)
        {
            var (key, value) = Cache[layer];
            body.Output(key, $"present.{layer}.key", ElementType.Float, 1, config.KeyValueHeadCount, "total", config.HeadSize);
            body.Output(value, $"present.{layer}.value", ElementType.Float, 1, config.KeyValueHeadCount, "total", config.HeadSize);
        }
    }
}
