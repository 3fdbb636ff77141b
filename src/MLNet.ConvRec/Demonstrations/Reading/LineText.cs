using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>Takes off a line what is markup or ornament, so that its words are left as they were written.</summary>
internal static class LineText
{
    /// <summary>How much of a line is read; a title stands at its beginning.</summary>
    public const int Longest = 400;

    private const string Ornaments = "\"“”„‟«»‹›「」『』《》〈〉*_`~";
    private const string OpenEnds = ",;:-–—―([{";
    private const string Pairs = "''‘’‘‘’’()[]{}<>";

    private static readonly Regex Link = new(@"\[([^\[\]]*)\]\([^()\s]*\)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static readonly Regex Tag = new(
        "</?(?:a|b|i|u|p|li|em|br|strong|span)(?: [^<>]*)?/?>",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    /// <summary>Returns the line in plain text: no markup, no invisible characters, full-width forms as common ones.</summary>
    public static string Plain(string line)
    {
        var text = line.Length > Longest ? line[..Longest] : line;
        if (text.Contains('&', StringComparison.Ordinal))
            text = WebUtility.HtmlDecode(text);
        if (text.Contains('<', StringComparison.Ordinal))
            text = Tag.Replace(text, "");
        if (text.Contains("](", StringComparison.Ordinal))
            text = Link.Replace(text, "$1");
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '\\' && i + 1 < text.Length && char.IsPunctuation(text[i + 1]);
            if (!isEscape && CharUnicodeInfo.GetUnicodeCategory(text[i]) != UnicodeCategory.Format)
                plain.Append(Common(text[i]));
        }

        return plain.ToString();
    }

    /// <summary>Returns the text without white space, quotation marks, emphasis and open brackets around it.</summary>
    public static string Bare(string text)
    {
        var bare = text.AsSpan();
        for (var length = -1; length != bare.Length;)
        {
            length = bare.Length;
            bare = bare.Trim().Trim(Ornaments).TrimEnd(OpenEnds).Trim();
            if (IsEnclosed(bare))
                bare = bare[1..^1];
        }

        return bare.Length == text.Length ? text : bare.ToString();
    }

    // "[Alien]" as a whole, not "(500) Days of Summer (2009)".
    private static bool IsEnclosed(ReadOnlySpan<char> text)
    {
        if (text.Length < 3)
            return false;
        for (var pair = 0; pair < Pairs.Length; pair += 2)
        {
            if (text[0] == Pairs[pair] && text[^1] == Pairs[pair + 1] && !text[1..^1].ContainsAny(Pairs[pair], Pairs[pair + 1]))
                return true;
        }

        return false;
    }

    private static char Common(char c) => c switch
    {
        '\t' => '|',
        >= '\uFF01' and <= '\uFF5E' => (char)(c - '\uFF01' + '!'),
        _ when char.IsWhiteSpace(c) || char.IsControl(c) => ' ',
        _ => c,
    };
}
