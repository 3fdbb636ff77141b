using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Ranks the catalog by the probability of a list's first line: the likeliest ways through the trie, best first (<c>ListDecoding.First</c>).</summary>
/// <remarks>
/// Prompts are run once, many together. From then on each turn opens the likeliest nodes of every dialogue in one pass: their tokens stand one way behind
/// the other in the dialogue's row, and each sees the prompt and its own way alone, so that the prompt's keys and values are shared.
/// </remarks>
internal sealed class FirstLineRanking
{
    // How many nodes of a dialogue are opened in a turn, how many dialogues are searched together, and how many tokens their prompts have at most.
    private const int Opened = 8, Together = 64, PromptTokens = 16_384;

    private readonly Transformer _network;
    private readonly CandidateHead _head;
    private readonly FirstLineSearch[] _searches;
    private readonly IReadOnlyList<ListRequest> _requests;
    private readonly (Tensor Keys, Tensor Values)[] _prompts; // by layer, [prompts, kv, P, D]
    private readonly int _width;

    // The scope holds the prompts' keys and values.
    private FirstLineRanking(Transformer network, CandidateHead head, TokenTrie trie, IReadOnlyList<ListRequest> requests, int length, DisposeScope scope)
    {
        (_network, _head, _requests) = (network, head, requests);
        _searches = [.. requests.Select(request => new FirstLineSearch(trie, request.Excluded, length))];
        var batch = TokenBatch.PadRight([.. requests.Select(request => request.Prompt)], network.Device);
        var recorder = new PrefixRecorder(network.Config.LayerCount, scope);
        var last = batch.Last(network.Hidden(batch.Ids, batch.Positions, recorder)); // [prompts, H]
        (_prompts, _width) = (recorder.Recorded, (int)batch.Width);
        head.Ask(last, [.. _searches.Select(search => search.Root)]);
    }

    /// <summary>Ranks the catalog for dialogues.</summary>
    /// <param name="network">The policy; not changed.</param>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="requests">The dialogues.</param>
    /// <param name="length">N.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>A list for each dialogue.</returns>
    public static RankedItems[] Of(Transformer network, TokenTrie trie, IReadOnlyList<ListRequest> requests, int length, CancellationToken cancellation)
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        using var head = new CandidateHead(network, trie);
        return [.. Parts(requests).SelectMany(part => Rank(network, head, trie, part, length, cancellation))];
    }

    private static RankedItems[] Rank(
        Transformer network, CandidateHead head, TokenTrie trie, IReadOnlyList<ListRequest> requests, int length, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var ranking = new FirstLineRanking(network, head, trie, requests, length, scope);
        do
            cancellation.ThrowIfCancellationRequested();
        while (ranking.Open());
        return Array.ConvertAll(ranking._searches, search => search.ToList());
    }

    // One turn; false where every search is over.
    private bool Open()
    {
        using var scope = NewDisposeScope();
        var rows = new List<Row>();
        for (var dialogue = 0; dialogue < _searches.Length; dialogue++)
        {
            if (_searches[dialogue].Next(Opened) is { Count: > 0 } ways)
                rows.Add(new Row(dialogue, _requests[dialogue].Prompt.Length, ways));
        }

        if (rows.Count == 0)
            return false;
        var width = rows.Max(row => row.Tokens.Count); // R
        var places = rows.SelectMany((row, at) => row.Ends.Select(end => (long)((at * width) + end))).ToArray();
        var hidden = Hidden(rows, width).reshape(rows.Count * (long)width, -1).Rows(tensor(places, device: _network.Device)); // [ways, H]
        _head.Ask(hidden, [.. rows.SelectMany(row => row.Ways)]);
        return true;
    }

    private Tensor Hidden(List<Row> rows, int width)
    {
        var (ids, positions) = (new long[rows.Count * width], new long[rows.Count * width]);
        var slots = _width + width; // P + R
        var sees = new bool[rows.Count * width * slots];
        for (var at = 0; at < rows.Count; at++)
        {
            var row = rows[at];
            for (var t = 0; t < width; t++)
            {
                var token = (at * width) + t;
                var own = sees.AsSpan(token * slots, slots);
                own[..row.PromptLength].Fill(true); // padding too, whose result is not read: what sees nothing would be no number
                if (t >= row.Tokens.Count)
                    continue;
                (ids[token], positions[token]) = (row.Tokens[t], row.PromptLength + t - row.Begins[t]);
                own[(_width + row.Begins[t])..(_width + t + 1)].Fill(true);
            }
        }

        var device = _network.Device;
        var mask = tensor(sees, [rows.Count, 1, width, slots], device: device).repeat(1, 1, _network.Config.HeadCount / _network.Config.KeyValueHeadCount, 1);
        var context = new PrefixContext(_prompts, tensor(rows.Select(row => (long)row.Dialogue).ToArray(), device: device), mask);
        return _network.Hidden(tensor(ids, rows.Count, width, device: device), tensor(positions, rows.Count, width, device: device), context); // [B, R, H]
    }

    // As many as are run together; a prompt that is longer than all may be stands alone.
    private static IEnumerable<IReadOnlyList<ListRequest>> Parts(IReadOnlyList<ListRequest> requests)
    {
        var part = new List<ListRequest>();
        foreach (var request in requests)
        {
            var longest = part.Append(request).Max(asked => asked.Prompt.Length);
            if (part.Count == Together || (part.Count > 0 && longest * (part.Count + 1) > PromptTokens))
            {
                yield return part;
                part = [];
            }

            part.Add(request);
        }

        if (part.Count > 0)
            yield return part;
    }

    // The ways of one dialogue, one behind the other.
    private sealed class Row
    {
        public Row(int dialogue, int promptLength, IReadOnlyList<FirstLineSearch.Way> ways)
        {
            (Dialogue, PromptLength, Ways) = (dialogue, promptLength, ways);
            foreach (var way in ways)
            {
                var begin = Tokens.Count;
                Tokens.AddRange(way.Tokens);
                Begins.AddRange(Enumerable.Repeat(begin, Tokens.Count - begin));
                Ends.Add(Tokens.Count - 1);
            }
        }

        public int Dialogue { get; }

        public int PromptLength { get; }

        public IReadOnlyList<FirstLineSearch.Way> Ways { get; }

        public List<int> Tokens { get; } = [];

        /// <summary>Where the way of each token begins.</summary>
        public List<int> Begins { get; } = [];

        /// <summary>The last token of each way.</summary>
        public List<int> Ends { get; } = [];
    }
}
