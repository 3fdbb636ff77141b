using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.Tests.Policy.Generation;

public class TakenItemsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EdgesAreClosed_WhenAllBelowThemIsTaken(int seed)
    {
        var random = new Random(seed);
        int[][] lines = [.. Enumerable.Range(0, 400).Select(_ => Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 4)).Append(0).ToArray()).DistinctBy(line => string.Join(',', line))];
        var trie = TokenTrie.Build(lines);
        var order = Enumerable.Range(0, lines.Length).ToArray();
        random.Shuffle(order);
        var excluded = order[..5];
        var taken = new TakenItems(trie, [.. excluded, excluded[0]]);
        var ranks = excluded.Select(item => trie.ItemToRank[item]).ToHashSet();
        Check();
        foreach (var item in order[5..])
        {
            taken.Take(trie.ItemToRank[item]);
            ranks.Add(trie.ItemToRank[item]);
            if (random.Next(10) == 0)
                Check();
        }

        Check();

        // What a list can come by: nodes whose every ancestor is open.
        void Check()
        {
            var reached = new Queue<int>([0]);
            while (reached.TryDequeue(out var node))
            {
                var (start, end) = (trie.ChildOffset[node], trie.ChildOffset[node + 1]);
                int[] closed = [.. Enumerable.Range(start, end - start).Where(edge => Enumerable.Range(trie.Low[edge + 1], trie.High[edge + 1] - trie.Low[edge + 1]).All(ranks.Contains))];
                Assert.Equal(closed, taken.Closed(start, end).Order());
                Assert.Equal(closed.Length, taken.CountClosed(start, end));
                foreach (var edge in Enumerable.Range(start, end - start))
                {
                    Assert.Equal(closed.Contains(edge), taken.IsClosed(edge));
                    if (!taken.IsClosed(edge))
                        reached.Enqueue(edge + 1);
                }
            }
        }
    }
}
