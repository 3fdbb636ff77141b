using System.Globalization;
using System.Text;
using System.Text.Json;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Tests.Policy.Tokenizer;

/// <summary>
/// Byte-level BPE as slowly and plainly as it can be written, from the same tokenizer.json: pieces by runes, then the first merge of the
/// list that applies.
/// </summary>
internal sealed class ReferenceEncoder
{
    private readonly Dictionary<string, int> _ids;
    private readonly List<(string Left, string Right)> _merges;

    public ReferenceEncoder(string json)
    {
        using var document = JsonDocument.Parse(json);
        var model = document.RootElement.GetProperty("model");
        _ids = model.GetProperty("vocab").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32());
        var merges = model.GetProperty("merges").EnumerateArray().Select(merge => merge.GetString()!.Split(' '));
        _merges = [.. merges.Select(parts => (parts[0], parts[1]))];
    }

    public int[] Encode(string text) => [.. Pieces(text.Normalize(NormalizationForm.FormC)).SelectMany(EncodePiece)];

    // The pattern of BytePairTrainer, written out by hand.
    internal static IEnumerable<string> Pieces(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        for (int start = 0, length; start < runes.Length; start += length)
        {
            length = PieceLength(runes.AsSpan(start));
            yield return string.Concat(runes.AsSpan(start, length).ToArray().Select(rune => rune.ToString()));
        }
    }

    private static int PieceLength(ReadOnlySpan<Rune> rest)
    {
        if (rest[0].Value == '\n')
            return 1;
        if (rest[0].Value == ' ' && Line(rest[1..]) > 0)
            return 1;
        if (Line(rest) is > 0 and var line)
            return line;
        if (IsYear(rest))
            return 7;
        if (rest[0].Value is '\'' or '’' && Clitic(rest) is > 0 and var clitic)
            return clitic;
        var space = rest[0].Value == ' ' ? 1 : 0;
        foreach (var kind in new[] { 'L', 'N', 'S' })
        {
            var end = space;
            while (end < rest.Length && Kind(rest[end]) == kind)
                end++;
            if (end > space)
                return end;
        }

        var blank = 0;
        while (blank < rest.Length && Kind(rest[blank]) == ' ' && rest[blank].Value != '\n')
            blank++;
        return blank > 1 && blank < rest.Length && Kind(rest[blank]) != ' ' ? blank - 1 : blank;
    }

    // A title of capitalised words with its year: the length, or 0.
    private static int Line(ReadOnlySpan<Rune> rest)
    {
        var end = Word(rest);
        for (var words = 1; words < 12 && end > 0; words++)
        {
            if (Next(rest[end..]) is not (> 0 and var next))
                break;
            end += next;
        }

        if (end == 0)
            return 0;
        if (end < rest.Length && rest[end].Value is '!' or '?')
            end++;
        return IsYear(rest[end..]) ? end + 7 : 0;
    }

    // What joins a further word, and the word.
    private static int Next(ReadOnlySpan<Rune> rest)
    {
        string[] small = ["of", "the", "and", "a", "an", "in", "to", "for", "on", "at", "from", "with", "is", "by", "vs.", "&", "-", "–"];
        var end = rest.Length > 0 && rest[0].Value is ',' or ':' or ';' or '!' or '?' ? 1 : 0;
        while (end < rest.Length && rest[end].Value == ' ')
        {
            var word = string.Concat(rest[(end + 1)..].ToArray().TakeWhile(rune => rune.Value != ' '));
            if (!small.Contains(word))
                return Word(rest[(end + 1)..]) is > 0 and var length ? end + 1 + length : 0;
            end += 1 + word.Length;
        }

        return 0;
    }

    private static int Word(ReadOnlySpan<Rune> rest)
    {
        if (rest.Length == 0 || (Rune.GetUnicodeCategory(rest[0]) != UnicodeCategory.UppercaseLetter && Kind(rest[0]) != 'N'))
            return 0;
        var end = 1;
        while (end < rest.Length && (Kind(rest[end]) is 'L' or 'N' || rest[end].Value is '\'' or '’' or '.' or '-'))
            end++;
        return end;
    }

    private static bool IsYear(ReadOnlySpan<Rune> rest) =>
        rest.Length >= 7 && Ascii(rest[..7]) is [' ', '(', _, _, _, _, ')'] year && year[2..6].All(char.IsAsciiDigit);

    private static int Clitic(ReadOnlySpan<Rune> rest)
    {
        foreach (var clitic in new[] { "s", "d", "m", "t", "ll", "ve", "re" })
        {
            var end = 1 + clitic.Length;
            if (rest.Length >= end && Ascii(rest[1..end]).Equals(clitic, StringComparison.OrdinalIgnoreCase)
                && (rest.Length == end || !Rune.IsLetter(rest[end])))
                return end;
        }

        return 0;
    }

    private static string Ascii(ReadOnlySpan<Rune> runes)
    {
        var text = new StringBuilder();
        foreach (var rune in runes)
            text.Append(rune.IsAscii ? (char)rune.Value : '\0');
        return text.ToString();
    }

    private static char Kind(Rune rune) => Rune.GetUnicodeCategory(rune).ToString() switch
    {
        _ when Rune.IsWhiteSpace(rune) => ' ',
        var category when category.EndsWith("Letter", StringComparison.Ordinal)
            || category.EndsWith("Mark", StringComparison.Ordinal) => 'L',
        var category when category.EndsWith("Number", StringComparison.Ordinal) => 'N',
        _ => 'S',
    };

    private IEnumerable<int> EncodePiece(string piece)
    {
        var symbols = Encoding.UTF8.GetBytes(piece).Select(value => ByteAlphabet.Letter(value).ToString()).ToList();
        foreach (var (left, right) in _merges)
        {
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if (symbols[i] != left || symbols[i + 1] != right)
                    continue;
                symbols[i] += right;
                symbols.RemoveAt(i + 1);
            }
        }

        return symbols.Select(symbol => _ids[symbol]);
    }
}
