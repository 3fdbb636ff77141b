using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>How likely the policy finds lists that were drawn without replacement from the distribution of the first line (<see cref="FirstLineLists"/>).</summary>
/// <remarks>The lines of all lists of a dialogue are one tree behind its prompt, in one pass; the probability of a rank is <see cref="PlackettLuce"/>'s.</remarks>
internal static class FirstLineLogProbabilities
{
    // Stands for the item after a list's end: nothing is left of e to its power.
    private const float Nothing = -1e4f;

    /// <summary>Computes the ranks' log-probabilities, each at the first token of its line.</summary>
    /// <param name="network">The policy; gradients flow into it where the caller has them enabled.</param>
    /// <param name="requests">The dialogues.</param>
    /// <param name="lists">The lists of dialogue d are d·G .. d·G + G − 1.</param>
    /// <param name="trie">The catalog's lines.</param>
    /// <param name="temperature">What the sampler divided its logits by.</param>
    /// <param name="isNeeded">Tells for list and token whether its value is needed; values that aren't are left 0.</param>
    /// <returns>Log-probabilities [lists, T], 0 but for the first token of each line that is needed; in the caller's dispose scope.</returns>
    public static Tensor Of(
        Transformer network, IReadOnlyList<ListRequest> requests, IReadOnlyList<SampledList> lists, TokenTrie trie, double temperature, Func<int, int, bool>? isNeeded = null)
    {
        using var scope = NewDisposeScope();
        var (group, device) = (lists.Count / requests.Count, network.Device);
        var (length, width) = (lists.Max(list => list.Items.Length), lists.Max(list => list.Tokens.Length));
        int[][] items = [.. lists.Chunk(group).Select(ofDialogue => ofDialogue.SelectMany(list => list.Items).Distinct().ToArray())];
        var places = items.SelectMany((ofDialogue, d) => ofDialogue.Select(item => (d, item))).Index().ToDictionary(at => at.Item, at => (long)at.Index);
        var ofItems = Items(network, requests, items, trie, temperature);                                                // [items + 1]
        long[] listed = [.. lists.SelectMany((list, at) => Enumerable.Range(0, length).Select(rank => rank < list.Items.Length ? places[(at / group, list.Items[rank])] : ofItems.shape[0] - 1))];
        var ofRanks = PlackettLuce.OfRanks(ofItems.Rows(tensor(listed, device: device)).view(lists.Count, length));       // [lists, N]

        var (from, to) = (new List<long>(), new List<long>());
        for (var list = 0; list < lists.Count; list++)
        {
            foreach (var (rank, decision) in lists[list].Decisions.Index().Where(at => isNeeded is null || isNeeded(list, at.Item.Position)))
            {
                from.Add((list * (long)length) + rank);
                to.Add((list * (long)width) + decision.Position);
            }
        }

        var values = zeros([lists.Count * (long)width], device: device);
        if (to.Count > 0)
            values = values.PlusAt(tensor(to.ToArray(), device: device), ofRanks.reshape(-1).Rows(tensor(from.ToArray(), device: device)));
        return values.view(lists.Count, width).MoveToOuterDisposeScope();
    }

    // log p of each line as a list's first, dialogue after dialogue, and of none after all.
    private static Tensor Items(Transformer network, IReadOnlyList<ListRequest> requests, int[][] items, TokenTrie trie, double temperature)
    {
        using var scope = NewDisposeScope();
        (int[] Prompt, LineTree Tree)[] rows = [.. requests.Select((request, d) =>
            (request.Prompt, LineTree.FirstLine(trie, request.Excluded, items[d].Select(item => (item, 1.0 / items[d].Length))) ?? LineTree.Empty))];
        var pass = LineTreePass.Of(network, rows, dropout: null);
        var ways = new Ways(trie, pass, rows, items);
        var ofTokens = OfTokens(network, pass.Hidden, ways.Choices, temperature);                                        // [ways' tokens]
        var device = network.Device;
        var values = zeros(items.Sum(ofDialogue => ofDialogue.Length), device: device);
        if (ofTokens is not null)
            values = values.PlusAt(tensor(ways.Items.ToArray(), device: device), ofTokens.Rows(tensor(ways.Tokens.ToArray(), device: device)));
        return cat([values, tensor(new[] { Nothing }, device: device)], 0).MoveToOuterDisposeScope();
    }

    // Of a choice's tokens only the first is divided by the sum over all that were allowed; the others differ from it by their logits.
    private static Tensor? OfTokens(Transformer network, Tensor hidden, List<(TokenChoice Choice, int[] Tokens)> asked, double temperature)
    {
        if (asked.Count == 0)
            return null;
        using var scope = NewDisposeScope();
        var device = network.Device;
        var first = TokenLogProbabilities.Of(network, hidden, [.. asked.Select(choice => choice.Choice)], temperature);   // [choices]
        Tensor Longs(Func<(TokenChoice Choice, int[] Tokens), int, int, long> value) =>
            tensor(asked.SelectMany((choice, at) => choice.Tokens.Select(token => value(choice, at, token))).ToArray(), device: device);
        var states = hidden.Rows(Longs((choice, _, _) => choice.Choice.Row));                                            // [tokens, H]
        var apart = network.HeadRows(Longs((_, _, token) => token)) - network.HeadRows(Longs((choice, _, _) => choice.Choice.Token));
        return first.Rows(Longs((_, at, _) => at)).Plus((states * apart).sum(1) / new Real(temperature)).MoveToOuterDisposeScope();
    }

    /// <summary>Which of the choices' tokens lie on each item's way.</summary>
    private sealed class Ways
    {
        public Ways(TokenTrie trie, LineTreePass pass, (int[] Prompt, LineTree Tree)[] rows, int[][] items)
        {
            var (asked, listed) = (0, 0);
            for (var d = 0; d < rows.Length; d++)
            {
                var tokens = new Dictionary<(int FirstEdge, int Token), int>();
                foreach (var choice in rows[d].Tree.Choices)
                {
                    int[] ofChoice = [.. choice.Targets.Select(target => target.Token)];
                    Choices.Add((new TokenChoice(pass.RowOf(d, choice), ofChoice[0], choice.Allowed, choice.Blocked), ofChoice));
                    foreach (var token in ofChoice)
                        tokens.Add((choice.Allowed.Offset, token), asked++);
                }

                foreach (var item in items[d])
                {
                    var node = 0;
                    foreach (var edge in trie.WayTo(item))
                    {
                        if (tokens.TryGetValue((trie.ChildOffset[node], trie.FirstToken[edge]), out var token))
                        {
                            Items.Add(listed);
                            Tokens.Add(token);
                        }

                        node = edge + 1;
                    }

                    listed++;
                }
            }
        }

        /// <summary>Each choice, its token the first of those that are asked for of it.</summary>
        public List<(TokenChoice Choice, int[] Tokens)> Choices { get; } = [];

        /// <summary>Of each token on an item's way the item.</summary>
        public List<long> Items { get; } = [];

        /// <summary>Of each token on an item's way its place among all that are asked for.</summary>
        public List<long> Tokens { get; } = [];
    }
}
