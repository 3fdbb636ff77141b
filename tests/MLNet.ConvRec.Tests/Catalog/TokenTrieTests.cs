using CsCheck;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Tests.Catalog;

public sealed class TokenTrieTests
{
    private const int Terminator = 0;

    // Distinct lines over few tokens, so that many share beginnings; each ends with the terminator.
    private static readonly Gen<int[][]> Lines = Gen.Int[1, 3].Array[0, 6].Array[1, 40]
        .Select(lines => lines.DistinctBy(line => string.Join(',', line)).Select(line => (int[])[.. line, Terminator]).ToArray());

    [Fact]
    public void EveryLine_IsFoundAgainByWalking() => Lines.Sample(lines =>
    {
        var trie = TokenTrie.Build(lines);
        for (var item = 0; item < lines.Length; item++)
        {
            var (leaf, walked) = Walk(trie, lines[item]);
            Assert.Equal(lines[item], walked);
            Assert.True(trie.IsLeaf(leaf));
            Assert.Equal(trie.ItemToRank[item], trie.Low[leaf]);
            Assert.Equal(trie.Low[leaf] + 1, trie.High[leaf]);
            Assert.Equal(item, trie.RankToItem[trie.ItemToRank[item]]);
        }
    });

    [Fact]
    public void Children_PartTheRanksOfTheirParent() => Lines.Sample(lines =>
    {
        var trie = TokenTrie.Build(lines);
        Assert.Equal((0, lines.Length), (trie.Low[0], trie.High[0]));
        Assert.Equal(lines.Length, trie.ItemCount);
        for (var node = 0; node < trie.NodeCount; node++)
        {
            var next = trie.Low[node];
            for (var edge = trie.ChildOffset[node]; edge < trie.ChildOffset[node + 1]; edge++)
            {
                Assert.Equal(next, trie.Low[edge + 1]);
                next = trie.High[edge + 1];
                Assert.Equal(trie.FirstToken[edge], trie.Tokens(edge)[0]);
                if (edge > trie.ChildOffset[node])
                    Assert.True(trie.FirstToken[edge] > trie.FirstToken[edge - 1]);
            }

            Assert.Equal(trie.IsLeaf(node) ? trie.Low[node] : trie.High[node], next);
        }
    });

    [Fact]
    public void Nodes_AreNumberedBreadthFirst() => Lines.Sample(lines =>
    {
        var trie = TokenTrie.Build(lines);
        var depth = new int[trie.NodeCount];
        var seen = new HashSet<int>();
        for (var node = 0; node < trie.NodeCount; node++)
        {
            for (var edge = trie.ChildOffset[node]; edge < trie.ChildOffset[node + 1]; edge++)
            {
                Assert.True(edge + 1 > node && seen.Add(edge + 1));
                depth[edge + 1] = depth[node] + 1;
            }
        }

        Assert.Equal(trie.NodeCount - 1, seen.Count);
        Assert.Equal(trie.NodeCount - 1, trie.FirstToken.Length);
        Assert.Equal(depth.Order(), depth);
        Assert.Equal(depth.Max(), trie.MaxDepth);
        Assert.Equal(Enumerable.Range(0, trie.FirstToken.Length).Max(edge => trie.Tokens(edge).Length), trie.MaxEdgeLength);
    });

    [Fact]
    public void Edges_AreCompressed() => Lines.Sample(lines =>
    {
        var trie = TokenTrie.Build(lines);
        for (var node = 1; node < trie.NodeCount; node++)
            Assert.NotEqual(1, trie.ChildOffset[node + 1] - trie.ChildOffset[node]);
    });

    [Fact]
    public void SmallTrie_IsAsDrawn()
    {
        var trie = TokenTrie.Build([[5, 6, 7, 0], [5, 6, 0], [4, 9, 0]]);

        Assert.Equal([0, 2, 2, 4, 4, 4], trie.ChildOffset);
        Assert.Equal([4, 5, 0, 7], trie.FirstToken);
        Assert.Equal([0, 3, 5, 6, 8], trie.EdgeOffset);
        Assert.Equal([4, 9, 0, 5, 6, 0, 7, 0], trie.EdgeTokens);
        Assert.Equal([2, 1, 0], trie.RankToItem);
        Assert.Equal([0, 0, 1, 1, 2], trie.Low);
        Assert.Equal([3, 1, 3, 2, 3], trie.High);
        Assert.Equal((2, 3), (trie.MaxDepth, trie.MaxEdgeLength));
    }

    [Fact]
    public void EqualLines_AreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => TokenTrie.Build([[1, 0], [2, 0], [1, 0]]));

        Assert.Contains("0", error.Message, StringComparison.Ordinal);
        Assert.Contains("can't be told apart", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LineThatBeginsAnother_IsRefused() => Assert.Throws<ArgumentException>(() => TokenTrie.Build([[1, 2, 0], [1, 2]]));

    [Fact]
    public void EmptyLine_IsRefused() => Assert.Throws<ArgumentException>(() => TokenTrie.Build([[]]));

    private static (int Node, int[] Tokens) Walk(TokenTrie trie, int[] line)
    {
        var node = 0;
        var walked = new List<int>();
        while (!trie.IsLeaf(node))
        {
            var from = trie.ChildOffset[node];
            var edge = Array.BinarySearch(trie.FirstToken, from, trie.ChildOffset[node + 1] - from, line[walked.Count]);
            Assert.True(edge >= 0);
            walked.AddRange(trie.Tokens(edge));
            node = edge + 1;
        }

        return (node, [.. walked]);
    }
}
