using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Runs the policy over many lists at once: each prompt once, then all its lists with a KV cache (continuous batching).</summary>
/// <remarks>
/// Lists are ragged: a pass feeds each one its chosen tokens and those that can only follow, so that a run of forced tokens costs one pass, not one each. A
/// list that is finished frees its place for one that waits. What a list becomes does not depend on who shares its batch, beyond the rounding of the
/// matrix products.
/// </remarks>
internal sealed class ListGenerator : IDisposable
{
    /// <summary>How many lists are written at a time, where nothing else is said.</summary>
    public const int DefaultPlaces = 256;

    // The attention of a pass is padded to the longest run of its lists: of many, a rare long one is fed in parts; of few, whole.
    private const int FedPerPass = 8, FewLists = 16;

    // Tokens of prompts that are run together at most, padding included; bounds the memory of a prefill.
    private const int PrefillTokens = 16_384;

    private readonly Transformer _network;
    private readonly Queue<ListGroup> _waiting;
    private readonly int _places;
    private readonly List<ActiveList> _active = [];
    private readonly KeyValueCache _cache;
    private readonly CandidateHead _head;

    private ListGenerator(Transformer network, TokenTrie? trie, IEnumerable<ListGroup> groups, int places)
    {
        _network = network;
        _waiting = new Queue<ListGroup>(groups.Where(group => group.Writers.Any(writer => !writer.IsFinished)));
        _places = Math.Min(_waiting.Sum(group => group.Writers.Count), Math.Max(places, _waiting.Select(group => group.Writers.Count).DefaultIfEmpty(1).Max()));
        _cache = new KeyValueCache(network.Config, _places, network.Device);
        _head = new CandidateHead(network, trie);
    }

    /// <summary>Writes the lists.</summary>
    /// <param name="network">The policy; not changed.</param>
    /// <param name="trie">The catalog's lines, where a writer is constrained to them.</param>
    /// <param name="groups">The dialogues with their lists' writers.</param>
    /// <param name="places">The most lists that are written at a time; a group's all are.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>The finished lists, in the groups' order.</returns>
    public static SampledList[] Generate(Transformer network, TokenTrie? trie, IReadOnlyList<ListGroup> groups, int places, CancellationToken cancellation)
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new ListGenerator(network, trie, groups, places);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            generator.Admit();
            generator.Release();
            generator.Pass();
            generator.Release();
        }
        while (generator._active.Count > 0 || generator._waiting.Count > 0);
        return [.. groups.SelectMany(group => group.Writers).Select(writer => writer.ToList())];
    }

    public void Dispose()
    {
        _cache.Dispose();
        _head.Dispose();
    }

    // Gives free places to waiting groups, some at a time, so that their prompts are run together.
    private void Admit()
    {
        var free = _places - _active.Count;
        if (_active.Count > 0 && free < Math.Max(_places / 8, 1))
            return;
        var admitted = new List<ListGroup>();
        var width = 1;
        while (_waiting.TryPeek(out var next) && next.Writers.Count <= free)
        {
            width = Math.Max(width, next.Prompt.Length);
            if (admitted.Count > 0 && width * (admitted.Count + 1) > PrefillTokens)
                break;
            admitted.Add(_waiting.Dequeue());
            free -= next.Writers.Count;
        }

        if (admitted.Count > 0)
            Prefill(admitted);
    }

    private void Prefill(List<ListGroup> groups)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PadRight([.. groups.Select(group => group.Prompt)], _network.Device);
        var recorder = new PrefixRecorder(_network.Config.LayerCount, scope);
        var last = batch.Last(_network.Hidden(batch.Ids, batch.Positions, recorder));                          // [prompts, H]
        var fresh = new List<(ActiveList List, long Prompt)>();
        for (var prompt = 0; prompt < groups.Count; prompt++)
            fresh.AddRange(groups[prompt].Writers.Where(writer => !writer.IsFinished).Select(writer => (new ActiveList(writer, groups[prompt].Prompt.Length), (long)prompt)));
        _cache.Fill(recorder.Recorded, [.. fresh.Select(list => list.Prompt)], [.. fresh.Select((_, i) => (long)(_active.Count + i))]);
        _active.AddRange(fresh.Select(list => list.List));

        // A list whose beginning the catalog leaves no choice has tokens to feed before it is asked.
        var asked = fresh.Where(list => list.List.Writer.Tokens.Count == 0).ToArray();
        if (asked.Length > 0)
            _head.Ask(last.Rows(tensor(asked.Select(list => list.Prompt).ToArray(), device: _network.Device)), [.. asked.Select(list => list.List.Writer)]);
    }

    // Feeds each list its next chosen tokens, and asks those that have none left for more.
    private void Pass()
    {
        if (_active.Count == 0)
            return;
        using var scope = NewDisposeScope();
        var most = _active.Count <= FewLists ? int.MaxValue : FedPerPass;
        int[] counts = [.. _active.Select(list => Math.Min(most, list.Writer.Tokens.Count - list.Fed))];
        int[] lengths = [.. _active.Select(list => list.Length)];
        var pass = new PackedPass(counts, lengths, _network.Config.HeadCount / _network.Config.KeyValueHeadCount, ScalarType.Float32, _network.Device, scope);
        _cache.Prepare(pass);
        var (ids, asked, places) = (new List<long>(), new List<IListWriter>(), new List<long>());
        for (var list = 0; list < _active.Count; list++)
        {
            if (_active[list].Feed(counts[list], ids))
            {
                asked.Add(_active[list].Writer);
                places.Add(ids.Count - 1);
            }
        }

        var hidden = _network.Hidden(tensor(ids.ToArray(), 1, ids.Count, device: _network.Device), pass.Positions, _cache); // [1, n, H]
        if (asked.Count > 0)
            _head.Ask(hidden.squeeze(0).Rows(tensor(places.ToArray(), device: _network.Device)), asked);
    }

    // The places of finished lists are filled from the back, so that those in use stay together.
    private void Release()
    {
        var (from, to) = (new List<long>(), new List<long>());
        var length = 0;
        for (var place = 0; place < _active.Count; place++)
        {
            while (_active.Count > place && _active[^1].Writer.IsFinished)
                _active.RemoveAt(_active.Count - 1);
            if (place >= _active.Count || !_active[place].Writer.IsFinished)
                continue;
            from.Add(_active.Count - 1);
            to.Add(place);
            length = Math.Max(length, _active[^1].Length);
            _active[place] = _active[^1];
            _active.RemoveAt(_active.Count - 1);
        }

        if (from.Count > 0)
            _cache.Move([.. from], [.. to], length);
    }

    private sealed class ActiveList(IListWriter writer, int promptLength)
    {
        public IListWriter Writer => writer;

        /// <summary>How many of its chosen tokens have been fed.</summary>
        public int Fed { get; private set; }

        /// <summary>Tokens fed, those of the prompt included.</summary>
        public int Length => promptLength + Fed;

        // Appends the next chosen tokens; tells whether none is left then.
        public bool Feed(int count, List<long> ids)
        {
            for (var t = 0; t < count; t++)
                ids.Add(writer.Tokens[Fed + t]);
            Fed += count;
            return Fed == writer.Tokens.Count;
        }
    }
}
