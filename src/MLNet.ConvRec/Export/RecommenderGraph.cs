using Google.Protobuf;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>
/// The whole recommender as one ONNX graph, <c>recommender.onnx</c>: token ids of prompts in, ranked lists of catalog items out.
/// </summary>
/// <remarks>
/// Inputs: <c>input_ids</c> int64 [batch, seq], the prompts, padded on the left, each of at least one token; <c>attention_mask</c> int64
/// [batch, seq], 1 for tokens and 0 for padding; <c>exclude</c> int64 [batch, nex] and <c>candidates</c> int64 [batch, nc], catalog indices,
/// where the catalog's size stands for nothing; without candidates a row may list every item. Outputs: <c>items</c> int64 [batch, N],
/// catalog indices by rank, −1 where no item is left; <c>item_scores</c> float [batch, N], 0 where no item is left. A row's list does not
/// depend on its neighbours or on padding, beyond the rounding of matrix products.
/// </remarks>
internal sealed class RecommenderGraph
{
    public const string InputIds = "input_ids";
    public const string AttentionMask = "attention_mask";
    public const string Exclude = "exclude";
    public const string Candidates = "candidates";
    public const string Items = "items";
    public const string ItemScores = "item_scores";

    private readonly GraphBuilder _graph = new("recommender");
    private readonly PolicyWeights _weights;
    private readonly PolicyConfig _config;
    private readonly DecoderGraph _decoder;
    private readonly TrieGraph _trie;
    private readonly int _listLength;
    private readonly GraphForm _form;

    private RecommenderGraph(PolicyWeights weights, TokenTrie trie, int listLength, GraphForm form)
    {
        (_weights, _config) = (weights, weights.Config);
        _decoder = new DecoderGraph(_graph, weights, form.Precision);
        _trie = new TrieGraph(_graph, trie);
        (_listLength, _form) = (listLength, form);
    }

    /// <summary>The names of the inputs.</summary>
    public static IReadOnlyList<string> Inputs { get; } = [InputIds, AttentionMask, Exclude, Candidates];

    /// <summary>The names of the outputs.</summary>
    public static IReadOnlyList<string> Outputs { get; } = [Items, ItemScores];

    /// <summary>Builds the graph and returns it as the bytes of a model file.</summary>
    /// <param name="weights">The policy.</param>
    /// <param name="trie">The catalog's lines in the policy's tokens.</param>
    /// <param name="listLength">N, the number of items in a list; at least 1.</param>
    /// <param name="decoding">How a list is written.</param>
    public static byte[] Build(PolicyWeights weights, TokenTrie trie, int listLength, ListDecoding decoding = ListDecoding.Lines) =>
        Build(weights, trie, listLength, new GraphForm { Decoding = decoding });

    /// <summary>Builds the graph in a given form.</summary>
    /// <param name="weights">The policy.</param>
    /// <param name="trie">The catalog's lines in the policy's tokens.</param>
    /// <param name="listLength">N, the number of items in a list; at least 1.</param>
    /// <param name="form">How lists are written and weights held.</param>
    /// <exception cref="NotSupportedException">The weights are more than one ONNX file can hold.</exception>
    public static byte[] Build(PolicyWeights weights, TokenTrie trie, int listLength, GraphForm form)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(listLength, 1);
        form.RequireOneFile(weights);
        return new RecommenderGraph(weights, trie, listLength, form).Build();
    }

    private byte[] Build()
    {
        var inputIds = _graph.Input(InputIds, ElementType.Int64, "batch", "seq");
        var mask = _graph.Input(AttentionMask, ElementType.Int64, "batch", "seq");
        var exclude = _graph.Input(Exclude, ElementType.Int64, "batch", "nex");
        var candidates = _graph.Input(Candidates, ElementType.Int64, "batch", "nc");
        var prefix = _form.Prefix.Count > 0 ? new CachedPrefix(_graph, _weights, _form, inputIds, mask) : null;
        var prompts = new PromptAttention(_graph, _config, prefix?.KeyMask ?? mask, prefix);
        var last = _decoder.Forward(_graph, prefix?.InputIds ?? inputIds, prompts.Positions, prompts.Attend, isLastAlone: true); // [B, 1, H]
        var hidden = _graph.Squeeze(last, 1);
        var choice = new EdgeChoice(_graph, _trie, _decoder.Head(), _trie.FreeBefore(exclude, candidates));
        var (ranks, scores) = Decode(_form.Decoding, hidden, prompts, choice);
        _graph.Output(_trie.Items(_graph, ranks), Items, ElementType.Int64, "batch", _listLength);
        _graph.Output(scores, ItemScores, ElementType.Float, "batch", _listLength);
        return _graph.ToModel("Catalog-constrained lists of items for prompts.", GraphMetadata.Of(_config, _form)).ToByteArray();
    }

    private (string Ranks, string Scores) Decode(ListDecoding decoding, string hidden, PromptAttention prompts, EdgeChoice choice)
    {
        (string, string) Lines() => new LineDecoding(_graph, _config, _decoder, _trie, choice, _listLength).Add(hidden, prompts);
        (string, string) First() => new FirstLineDecoding(_graph, _config, _decoder, _trie, choice, _listLength).Add(hidden, prompts);
        return decoding switch
        {
            ListDecoding.Lines => Lines(),
            ListDecoding.First => First(),
            ListDecoding.Joined => JoinedDecoding.Add(_graph, Lines(), First(), _listLength),
            _ => throw new ArgumentOutOfRangeException(nameof(decoding), decoding, "Choose Lines, First or Joined."),
        };
    }
}
