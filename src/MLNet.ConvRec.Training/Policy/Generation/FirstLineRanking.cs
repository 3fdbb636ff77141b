using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>
/// Ranks the catalog by the probability of a list's first line: the likeliest ways through the trie, best first (<c>ListDecoding.First</c>); or draws lists
/// from it without replacement.
/// </summary>
/// <remarks>
/// Prompts are run once, many together. From then on each turn opens the likeliest nodes of every search in one pass: their tokens stand one way behind
/// the other in the dialogue's row, and each sees the prompt and its own way alone, so that the prompt's keys and values are shared, and what several lists
/// of a dialogue open is run once.
/// </remarks>
internal sealed class FirstLineRanking
{
    // How many nodes of a dialogue are opened in a turn, how many dialogues are searched together, and how many tokens their prompts have at most.
    private const int Opened = 8, Together = 64, PromptTokens = 16_384;

    private readonly Transformer _network;
    private readonly CandidateHead _head;
    private readonly FirstLineSearch[][] _searches; // by dialogue, one a list
    private readonly IReadOnlyList<ListRequest> _requests;
    private readonly (Tensor Keys, Tensor Values)[] _prompts; // by layer, [prompts, kv, P, D]
    private readonly int _width;

    // The scope holds the prompts' keys and values.
    private FirstLineRanking(Transformer network, CandidateHead head, IReadOnlyList<ListRequest> requests, FirstLineSearch[][] searches, DisposeScope scope)
    {
        (_network, _head, _requests, _searches) = (network, head, requests, searches);
        var batch = TokenBatch.PadRight([.. requests.Select(request => request.Prompt)], network.Device);
        var recorder = new PrefixRecorder(network.Config.LayerCount, scope);
        var last = batch.Last(network.Hidden(batch.Ids, batch.Positions, recorder)); // [prompts, H]
        (_prompts, _width) = (recorder.Recorded, (int)batch.Width);
        long[] asked = [.. searches.SelectMany((ofDialogue, dialogue) => ofDialogue.Select(_ => (long)dialogue))];
        var states = asked.Length == requests.Count ? last : last.Rows(tensor(asked, device: network.Device)); // [lists, H]
        head.Ask(states, [.. searches.SelectMany(ofDialogue => ofDialogue).Select(search => search.Root)]);
    }

    /// <summary>Ranks the catalog for dialogues.</summary>
    /// <param name="network">The policy; not changed.</param>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="requests">The dialogues.</param>
    /// <param name="length">N.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>A list for each dialogue.</returns>
    public static RankedItems[] Of(Transformer network, TokenTrie trie, IReadOnlyList<ListRequest> requests, int length, CancellationToken cancellation) =>
        [.. Search(network, trie, requests, (_, request) => [new FirstLineSearch(trie, request.Excluded, length)], cancellation).Select(lists => lists[0])];

    /// <summary>Draws lists without replacement.</summary>
    /// <param name="network">The policy; not changed.</param>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="requests">The dialogues.</param>
    /// <param name="length">N.</param>
    /// <param name="noises">What each of the lists of a dialogue draws, given the dialogue's place among the requests.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>As many lists for each dialogue; their scores are the log-probabilities of each line as a list's first.</returns>
    public static RankedItems[][] Sample(
        Transformer network, TokenTrie trie, IReadOnlyList<ListRequest> requests, int length, Func<int, GumbelNoise[]> noises, CancellationToken cancellation) =>
        Search(
            network, trie, requests,
            (place, request) => Array.ConvertAll(noises(place), noise => new FirstLineSearch(trie, request.Excluded, length) { Noise = noise }), cancellation);

    private static RankedItems[][] Search(
        Transformer network, TokenTrie trie, IReadOnlyList<ListRequest> requests, Func<int, ListRequest, FirstLineSearch[]> searches, CancellationToken cancellation)
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        using var head = new CandidateHead(network, trie);
        var lists = new List<RankedItems[]>(requests.Count);
        foreach (var part in Parts(requests))
        {
            using var together = NewDisposeScope();
            FirstLineSearch[][] ofPart = [.. part.Select((request, place) => searches(lists.Count + place, request))];
            var ranking = new FirstLineRanking(network, head, part, ofPart, together);
            do
                cancellation.ThrowIfCancellationRequested();
            while (ranking.Open());
            lists.AddRange(ofPart.Select(ofDialogue => Array.ConvertAll(ofDialogue, search => search.ToList())));
        }

        return [.. lists];
    }

    // One turn; false where every search is over.
    private bool Open()
    {
        using var scope = NewDisposeScope();
        var rows = new List<Row>();
        for (var dialogue = 0; dialogue < _searches.Length; dialogue++)
        {
            if (_searches[dialogue].SelectMany(search => search.Next(Opened)).ToArray() is { Length: > 0 } ways)
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

    // The ways of one dialogue, one behind the other; that to a node which several lists open stands there once.
    private sealed class Row
    {
        public Row(int dialogue, int promptLength, IReadOnlyList<FirstLineSearch.Way> ways)
        {
            (Dialogue, PromptLength, Ways) = (dialogue, promptLength, ways);
            var ends = new Dictionary<int, int>();
            foreach (var way in ways)
            {
                if (!ends.TryGetValue(way.Node, out var end))
                {
                    var begin = Tokens.Count;
                    Tokens.AddRange(way.Tokens);
                    Begins.AddRange(Enumerable.Repeat(begin, Tokens.Count - begin));
                    ends.Add(way.Node, end = Tokens.Count - 1);
                }

                Ends.Add(end);
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
