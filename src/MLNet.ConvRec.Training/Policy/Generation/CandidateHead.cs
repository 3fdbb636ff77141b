using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>The head applied to the candidates of a choice alone: the children of a trie node, a few to a few thousand of the vocabulary's tokens.</summary>
/// <remarks>The head's rows of nodes with many children are gathered once and kept for the life of this object: weights must not change meanwhile.</remarks>
internal sealed class CandidateHead(Transformer network, TokenTrie? trie) : IDisposable
{
    // From so many children on, a product with the node's own rows of the head is cheaper than one dot product after the other.
    private const int ManyChildren = 48;

    private readonly Dictionary<int, Tensor> _rows = []; // [children, H] of nodes with many children
    private float[] _logits = [];

    /// <summary>Lets writers choose.</summary>
    /// <param name="hidden">The state before each choice, [writers, H].</param>
    /// <param name="writers">The writers, one a row.</param>
    public void Ask(Tensor hidden, IReadOnlyList<INodeChoice> writers)
    {
        using var scope = NewDisposeScope();
        foreach (var (node, rows) in ByNode(writers))
        {
            if (node == Scattered)
                AskScattered(hidden, writers, rows);
            else
                AskTogether(rows.Length == writers.Count ? hidden : hidden.Rows(Longs(rows)), writers, rows, node);
        }
    }

    public void Dispose()
    {
        foreach (var rows in _rows.Values)
            rows.Dispose();
    }

    // Stands for all nodes with few children.
    private const int Scattered = -2;

    private IEnumerable<(int Node, int[] Rows)> ByNode(IReadOnlyList<INodeChoice> writers) => Enumerable.Range(0, writers.Count)
        .GroupBy(row => writers[row].Node is var node && node >= 0 && Children(node) < ManyChildren ? Scattered : node)
        .OrderBy(group => group.Key)
        .Select(group => (group.Key, group.ToArray()));

    private void AskTogether(Tensor hidden, IReadOnlyList<INodeChoice> writers, int[] rows, int node)
    {
        using var scope = NewDisposeScope();
        var width = node < 0 ? network.Config.VocabularySize : Children(node);
        var logits = Copy(node < 0 ? network.Logits(hidden) : nn.functional.linear(hidden, HeadRows(node)));      // [rows, width]
        for (var row = 0; row < rows.Length; row++)
            writers[rows[row]].Choose(logits.AsSpan(row * width, width));
    }

    // Every choice's few candidates one after the other: c of them in all.
    private void AskScattered(Tensor hidden, IReadOnlyList<INodeChoice> writers, int[] rows)
    {
        using var scope = NewDisposeScope();
        var (tokens, owners) = (new List<long>(), new List<long>());
        foreach (var row in rows)
        {
            foreach (var token in FirstTokens(writers[row].Node))
            {
                tokens.Add(token);
                owners.Add(row);
            }
        }

        var head = network.HeadRows(tensor(tokens.ToArray(), device: network.Device));                        // [c, H]
        var states = hidden.Rows(tensor(owners.ToArray(), device: network.Device));                // [c, H]
        var logits = Copy(states.mul(head).sum(1));                                                           // [c]
        var start = 0;
        foreach (var row in rows)
        {
            var width = Children(writers[row].Node);
            writers[row].Choose(logits.AsSpan(start, width));
            start += width;
        }
    }

    private Tensor HeadRows(int node)
    {
        if (!_rows.TryGetValue(node, out var rows))
        {
            using var tokens = tensor(FirstTokens(node).ToArray(), device: network.Device);
            _rows.Add(node, rows = network.HeadRows(tokens).DetachFromDisposeScope());
        }

        return rows;
    }

    private IEnumerable<long> FirstTokens(int node) => Enumerable.Range(trie!.ChildOffset[node], Children(node)).Select(edge => (long)trie.FirstToken[edge]);

    private int Children(int node) => trie!.ChildOffset[node + 1] - trie.ChildOffset[node];

    private float[] Copy(Tensor values)
    {
        var count = (int)values.numel();
        if (_logits.Length < count)
            _logits = new float[count];
        HostTransfer.Read(values, _logits.AsSpan(0, count), HostPlace.ChoiceLogits);
        return _logits;
    }

    private Tensor Longs(int[] values) => tensor(Array.ConvertAll(values, value => (long)value), device: network.Device);
}
