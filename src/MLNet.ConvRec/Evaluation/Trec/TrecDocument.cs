using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Evaluation.Trec;

/// <summary>The names by which TREC files call items and dialogues: one word each, percent-encoded, which can be read back.</summary>
/// <remarks>
/// An item is its line, <c>Heat%20%281995%29</c>. What stands behind a <c>#</c> tells apart what TREC's tools would take for one document: the
/// second true item of one name, or a line that is no hit although it names a true item, because the item was seen or listed before.
/// </remarks>
internal static class TrecDocument
{
    private const char Mark = '#';

    /// <summary>Encodes any text as one word.</summary>
    public static string Word(string text) => Uri.EscapeDataString(text);

    /// <summary>Decodes a word.</summary>
    public static string Text(string word) => Uri.UnescapeDataString(word);

    /// <summary>Names a dialogue's true items, each by a name of its own.</summary>
    public static string[] OfTruth(IReadOnlyList<ItemReference> groundTruth)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. groundTruth.Select((item, place) =>
        {
            var name = Word(item.ToString());
            return taken.Add(name) ? name : $"{name}{Mark}true{place + 1}";
        })];
    }

    /// <summary>Names the lines of a list: a hit as the true item that it hits, any other by a name that no true item and no other line has.</summary>
    /// <param name="lines">The lines by rank; <see langword="null"/> for one that can't be read.</param>
    /// <param name="hits">By line the place of the true item that it hits, −1 for none.</param>
    /// <param name="truth">The true items' names.</param>
    public static string[] OfLines(IReadOnlyList<ItemReference?> lines, IReadOnlyList<int> hits, IReadOnlyList<string> truth)
    {
        var taken = truth.ToHashSet(StringComparer.Ordinal);
        return [.. lines.Select((line, index) =>
        {
            if (hits[index] >= 0)
                return truth[hits[index]];
            var name = line is null ? "" : Word(line.ToString());
            return name.Length > 0 && taken.Add(name) ? name : $"{name}{Mark}rank{index + 1}";
        })];
    }

    /// <summary>Returns the item that a name stands for; <see langword="null"/> for a line that could not be read.</summary>
    public static ItemReference? Item(string name) =>
        ListLine.Parse(Text(name.IndexOf(Mark, StringComparison.Ordinal) is var mark and >= 0 ? name[..mark] : name));
}
