using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Writes down a policy's list for each of many dialogues, in any of the ways that the saved recommender knows.</summary>
internal static class GreedyLists
{
    /// <summary>Writes the lists.</summary>
    /// <param name="network">The policy; not changed.</param>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="requests">The dialogues.</param>
    /// <param name="length">N.</param>
    /// <param name="decoding">How a list is written.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>A list for each dialogue.</returns>
    public static RankedItems[] Of(
        Transformer network, TokenTrie trie, IReadOnlyList<ListRequest> requests, int length, ListDecoding decoding, CancellationToken cancellation)
    {
        RankedItems[] First() => FirstLineRanking.Of(network, trie, requests, length, cancellation);
        RankedItems[] Lines() => ByLines(network, trie, requests, length, cancellation);
        return decoding switch
        {
            ListDecoding.Lines => Lines(),
            ListDecoding.First => First(),
            ListDecoding.Joined => [.. Lines().Zip(First(), (lines, first) => Joined(lines, first, length))],
            _ => throw new ArgumentOutOfRangeException(nameof(decoding), decoding, "Choose Lines, First or Joined."),
        };
    }

    private static RankedItems[] ByLines(Transformer network, TokenTrie trie, IReadOnlyList<ListRequest> requests, int length, CancellationToken cancellation)
    {
        ListGroup[] groups =
            [.. requests.Select(request => new ListGroup(request.Prompt, [new CatalogListWriter(trie, request.Excluded, length, Sampling.Greedy, default)]))];
        var written = ListGenerator.Generate(network, trie, groups, ListGenerator.DefaultPlaces, cancellation);
        return Array.ConvertAll(written, list => new RankedItems(list.Items, list.Scores));
    }

    private static RankedItems Joined(RankedItems lines, RankedItems first, int length)
    {
        var joined = ListJoin.Of(lines.Items, first.Items, length);
        return new RankedItems([.. joined.Select(line => line.Item)], [.. joined.Select(line => line.Score)]);
    }
}
