using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>Cuts text into the pieces that merges never cross, by a regular expression over code points.</summary>
/// <remarks>
/// .NET matches UTF-16 units, so <c>\p{L}</c> never matches a letter outside the basic plane. Where there is one, the expression runs
/// over a shadow of the text
/// with one character of the same category for each code point, and the cuts are mapped back.
/// </remarks>
internal sealed class RunePreTokenizer(Regex pattern) : PreTokenizer
{
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        if (!text.Any(char.IsSurrogate))
            return Cut(text);
        var (shadow, starts) = Shadow(text);
        return Cut(shadow).Select(piece => (starts[piece.Offset], starts[piece.Offset + piece.Length] - starts[piece.Offset]));
    }

    // As Hugging Face's "Isolated": what lies between two matches is a piece of its own.
    private IEnumerable<(int Offset, int Length)> Cut(string text)
    {
        var end = 0;
        for (var match = pattern.Match(text); match.Success; match = match.NextMatch())
        {
            if (match.Index > end)
                yield return (end, match.Index - end);
            if (match.Length > 0)
                yield return (match.Index, match.Length);
            end = match.Index + match.Length;
        }

        if (end < text.Length)
            yield return (end, text.Length - end);
    }

    private static (string Shadow, List<int> Starts) Shadow(string text)
    {
        var shadow = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        for (var i = 0; i < text.Length;)
        {
            starts.Add(i);
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            shadow.Append(isPair ? StandIn(CharUnicodeInfo.GetUnicodeCategory(text, i)) : text[i]);
            i += isPair ? 2 : 1;
        }

        starts.Add(text.Length);
        return (shadow.ToString(), starts);
    }

    // None is in ASCII, so that no literal of an expression takes it for one of its own.
    private static char StandIn(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => 'À',
        UnicodeCategory.LowercaseLetter => 'à',
        UnicodeCategory.TitlecaseLetter => 'ǅ',
        UnicodeCategory.ModifierLetter => 'ʰ',
        UnicodeCategory.OtherLetter => 'ƻ',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u20DD',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => 'Ⅰ',
        UnicodeCategory.OtherNumber => '²',
        _ => '§',
    };
}
