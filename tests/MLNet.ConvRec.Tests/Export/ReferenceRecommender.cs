using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Export;

/// <summary>Greedy catalog-constrained decoding as one would write it down: token by token, everything computed anew.</summary>
internal static class ReferenceRecommender
{
    /// <summary>Lists items with their log-probabilities under the catalog mask; fewer than asked where the catalog is exhausted.</summary>
    public static IReadOnlyList<(int Item, double Score)> Recommend(
        PolicyWeights weights, IReadOnlyList<int[]> lines, IEnumerable<int> prompt, IEnumerable<int> exclude, int listLength)
    {
        var decoder = new ReferenceDecoder(weights);
        var written = prompt.ToList();
        var open = Enumerable.Range(0, lines.Count).Except(exclude).ToList();
        var list = new List<(int, double)>();
        while (list.Count < listLength && open.Count > 0)
        {
            var (item, score) = WriteLine(decoder, lines, open, written);
            list.Add((item, score));
            open.Remove(item);
        }

        return list;
    }

    /// <summary>Ranks the items by the log-probability of their line as a list's first: every item, the whole distribution.</summary>
    public static IReadOnlyList<(int Item, double Score)> RankByFirstLine(
        PolicyWeights weights, IReadOnlyList<int[]> lines, IEnumerable<int> prompt, IEnumerable<int> exclude)
    {
        var decoder = new ReferenceDecoder(weights);
        int[] begun = [.. prompt];
        int[] open = [.. Enumerable.Range(0, lines.Count).Except(exclude)];
        return open.Length == 0 ? [] : [.. Ways(open, 0, 0).OrderByDescending(way => way.Score)];

        IEnumerable<(int Item, double Score)> Ways(int[] possible, int at, double score)
        {
            if (possible.Length == 1 && lines[possible[0]].Length == at)
                return [(possible[0], score)];
            var next = possible.GroupBy(item => lines[item][at]).ToArray();
            if (next.Length == 1)
                return Ways(possible, at + 1, score);
            var logits = decoder.Logits([.. begun, .. lines[possible[0]][..at]]);
            var all = Math.Log(next.Sum(ways => Math.Exp(logits[ways.Key])));
            return next.SelectMany(ways => Ways([.. ways], at + 1, score + logits[ways.Key] - all));
        }
    }

    private static (int Item, double Score) WriteLine(
        ReferenceDecoder decoder, IReadOnlyList<int[]> lines, List<int> open, List<int> written)
    {
        var possible = open;
        var score = 0.0;
        for (var at = 0; ; at++)
        {
            var next = possible.Select(item => lines[item][at]).Distinct().Order().ToArray();
            var token = next[0];
            if (next.Length > 1)
            {
                var logits = decoder.Logits(written);
                token = next.MaxBy(candidate => logits[candidate]);
                score += logits[token] - Math.Log(next.Sum(candidate => Math.Exp(logits[candidate])));
            }

            written.Add(token);
            possible = [.. possible.Where(item => lines[item][at] == token)];
            if (possible.Count == 1 && lines[possible[0]].Length == at + 1)
                return (possible[0], score);
        }
    }
}
