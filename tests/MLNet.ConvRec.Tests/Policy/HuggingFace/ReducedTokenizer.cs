using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>
/// Cuts a <c>tokenizer.json</c> of megabytes down to what some texts need: all control tokens, the 256 bytes, and the tokens and merges that
/// those texts meet. They get the same ids from it as from the whole file, since a merge that is never the first to apply changes nothing.
/// </summary>
internal static class ReducedTokenizer
{
    private static readonly JsonSerializerOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string json, IEnumerable<string> texts)
    {
        var root = JsonNode.Parse(json)!;
        var model = root["model"]!.AsObject();
        var vocabulary = model["vocab"]!.AsObject().ToDictionary(entry => entry.Key, entry => (int)entry.Value!);
        var merges = model["merges"]!.AsArray()
            .Select(merge => merge is JsonArray pair ? ((string)pair[0]!, (string)pair[1]!) : Pair((string)merge!)).ToList();
        var needed = new Needed(vocabulary, merges, (bool?)model["ignore_merges"] ?? false);
        var file = TokenizerFile.Read(json, "tokenizer.json");
        var cutter = new RunePreTokenizer(file.Pattern);
        foreach (var text in texts)
        {
            var wellFormed = PolicyTokenizer.WellFormed(text);
            var normal = file.Normalizer is null ? wellFormed : wellFormed.Normalize(NormalizationForm.FormC);
            foreach (var (offset, length) in cutter.PreTokenize(normal))
                needed.Meet(normal.Substring(offset, length));
        }

        model["vocab"] = new JsonObject(vocabulary.Where(entry => needed.Tokens.Contains(entry.Key))
            .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
        model["merges"] = new JsonArray([.. needed.Merges.Order().Select(rank => (JsonNode)$"{merges[rank].Item1} {merges[rank].Item2}")]);
        return root.ToJsonString(Layout) + "\n";
    }

    private static (string Left, string Right) Pair(string merge) => merge.Split(' ') is [var left, var right] ? (left, right) : default;

    private sealed class Needed(Dictionary<string, int> vocabulary, List<(string Left, string Right)> merges, bool ignoresMerges)
    {
        private readonly Dictionary<(string, string), int> _ranks = merges.Index().ToDictionary(entry => entry.Item, entry => entry.Index);

        public HashSet<string> Tokens { get; } = [.. Enumerable.Range(0, 256).Select(value => ByteAlphabet.Letter((byte)value).ToString())];

        public HashSet<int> Merges { get; } = [];

        public void Meet(string piece)
        {
            var symbols = Encoding.UTF8.GetBytes(piece).Select(value => ByteAlphabet.Letter(value).ToString()).ToList();
            if (ignoresMerges && vocabulary.ContainsKey(string.Concat(symbols)))
            {
                Tokens.Add(string.Concat(symbols));
                return;
            }

            while (First(symbols) is { } first)
            {
                symbols[first.Index] += symbols[first.Index + 1];
                symbols.RemoveAt(first.Index + 1);
                Merges.Add(first.Rank);
                Tokens.Add(symbols[first.Index]);
            }
        }

        private (int Rank, int Index)? First(List<string> symbols)
        {
            (int Rank, int Index)? first = null;
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if (_ranks.TryGetValue((symbols[i], symbols[i + 1]), out var rank) && (first is null || rank < first.Value.Rank))
                    first = (rank, i);
            }

            return first;
        }
    }
}
