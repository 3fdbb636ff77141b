namespace MLNet.ConvRec.Catalog;

/// <summary>The catalog's titles as a trie over words: finds in a few steps every title that starts at a given word, whatever the catalog's size.</summary>
internal sealed class TitleWordTrie
{
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Node, int Word), int> _children = [];
    private readonly List<List<int>> _itemsAt = [[]];

    public TitleWordTrie(ItemCatalog catalog)
    {
        for (var item = 0; item < catalog.Count; item++)
        {
            var words = TextWord.In(catalog.Items[item].Title);
            if (words.Count > 0)
                _itemsAt[End(words)].Add(item);
            LongestTitle = Math.Max(LongestTitle, words.Count);
        }
    }

    /// <summary>The number of words of the longest title.</summary>
    public int LongestTitle { get; }

    /// <summary>Finds the titles that the words from <paramref name="start"/> on spell, shortest first.</summary>
    /// <returns>One past the title's last word, and the items of that title.</returns>
    public IEnumerable<(int End, IReadOnlyList<int> Items)> From(IReadOnlyList<TextWord> words, int start)
    {
        var node = 0;
        for (var i = start; i < words.Count; i++)
        {
            if (!_words.TryGetValue(words[i].Key, out var word) || !_children.TryGetValue((node, word), out node))
                yield break;
            if (_itemsAt[node].Count > 0)
                yield return (i + 1, _itemsAt[node]);
        }
    }

    private int End(IReadOnlyList<TextWord> title)
    {
        var node = 0;
        foreach (var (key, _, _) in title)
        {
            if (!_words.TryGetValue(key, out var word))
                _words.Add(key, word = _words.Count);
            if (!_children.TryGetValue((node, word), out var child))
            {
                _children.Add((node, word), child = _itemsAt.Count);
                _itemsAt.Add([]);
            }

            node = child;
        }

        return node;
    }
}
