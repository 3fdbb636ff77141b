using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>What one turn of line-by-line decoding hands to the next, by the names of the values; B rows, T tokens written, N items.</summary>
/// <param name="Hidden">The state before the next choice, float [B, H].</param>
/// <param name="Node">The trie node at which it is made, int64 [B]; −1 where the list is finished.</param>
/// <param name="Position">The position of the next token, int64 [B].</param>
/// <param name="Count">Items listed so far, int64 [B].</param>
/// <param name="Score">Log-probability of the line so far, float [B].</param>
/// <param name="Listed">Ranks of the listed items, int64 [B, N]; −1 where there is none yet.</param>
/// <param name="Scores">Their scores, float [B, N].</param>
/// <param name="KeyBias">What is added to scores of the written tokens' keys, float [B, T].</param>
/// <param name="Cache">Their keys and values in each block.</param>
internal sealed record ListState(
    string Hidden, string Node, string Position, string Count, string Score, string Listed, string Scores, string KeyBias, IReadOnlyList<KeyValue> Cache)
{
    private static readonly Dimension Rows = "rows";

    /// <summary>Declares the state as inputs of a Loop body, after the turn's number and the condition, which ONNX puts first.</summary>
    public static ListState Declare(GraphBuilder body, PolicyConfig config, int listLength)
    {
        body.Input("turn", ElementType.Int64);
        body.Input("go_on", ElementType.Bool);
        return new ListState(
            body.Input("hidden", ElementType.Float, Rows, config.HiddenSize),
            body.Input("node", ElementType.Int64, Rows),
            body.Input("position", ElementType.Int64, Rows),
            body.Input("count", ElementType.Int64, Rows),
            body.Input("score", ElementType.Float, Rows),
            body.Input("listed", ElementType.Int64, Rows, listLength),
            body.Input("scores", ElementType.Float, Rows, listLength),
            body.Input("key_bias", ElementType.Float, Rows, "written"),
            [.. Enumerable.Range(0, config.LayerCount).Select(layer => new KeyValue(
                body.Input($"past.{layer}.key", ElementType.Float, Rows, config.KeyValueHeadCount, config.HeadSize, "written"),
                body.Input($"past.{layer}.value", ElementType.Float, Rows, config.KeyValueHeadCount, "written", config.HeadSize)))]);
    }

    /// <summary>Declares the state as outputs of a Loop body, in the order of <see cref="Declare"/>.</summary>
    public void Return(GraphBuilder body, string goOn, PolicyConfig config, int listLength)
    {
        body.Output(goOn, "next_go_on", ElementType.Bool);
        body.Output(Hidden, "next_hidden", ElementType.Float, Rows, config.HiddenSize);
        body.Output(Node, "next_node", ElementType.Int64, Rows);
        body.Output(Position, "next_position", ElementType.Int64, Rows);
        body.Output(Count, "next_count", ElementType.Int64, Rows);
        body.Output(Score, "next_score", ElementType.Float, Rows);
        body.Output(Listed, "next_listed", ElementType.Int64, Rows, listLength);
        body.Output(Scores, "next_scores", ElementType.Float, Rows, listLength);
        body.Output(KeyBias, "next_key_bias", ElementType.Float, Rows, "next_written");
        for (var layer = 0; layer < Cache.Count; layer++)
        {
            var (key, value) = Cache[layer];
            body.Output(key, $"present.{layer}.key", ElementType.Float, Rows, config.KeyValueHeadCount, config.HeadSize, "next_written");
            body.Output(value, $"present.{layer}.value", ElementType.Float, Rows, config.KeyValueHeadCount, "next_written", config.HeadSize);
        }
    }

    /// <summary>All values in the order of <see cref="Declare"/>.</summary>
    public string[] ToArray() =>
        [Hidden, Node, Position, Count, Score, Listed, Scores, KeyBias, .. Cache.SelectMany(block => new[] { block.Key, block.Value })];
}
