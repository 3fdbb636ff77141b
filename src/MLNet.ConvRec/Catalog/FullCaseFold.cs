using System.Text;

namespace MLNet.ConvRec.Catalog;

/// <summary>Unicode's full case folding, closely: simple folding by <see cref="string.ToUpperInvariant"/> and back, and the letters that fold to several.</summary>
internal static class FullCaseFold
{
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (Expansion(c) is { } several)
                folded.Append(several);
            else
                folded.Append(char.IsSurrogate(c) ? c : char.ToLowerInvariant(char.ToUpperInvariant(c)));
        }

        return folded.ToString();
    }

    // CaseFolding.txt, status F, the Latin, Greek and Armenian rows that titles can hold.
    private static string? Expansion(char c) => c switch
    {
        'ß' or 'ẞ' => "ss",
        'İ' => "i\u0307",
        'ŉ' => "ʼn",
        'ǰ' => "j\u030C",
        'ΐ' => "ι\u0308\u0301",
        'ΰ' => "υ\u0308\u0301",
        'և' => "եւ",
        'ẖ' => "h\u0331",
        'ẗ' => "t\u0308",
        'ẘ' => "w\u030A",
        'ẙ' => "y\u030A",
        'ẚ' => "aʾ",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' or 'ﬆ' => "st",
        'ς' => "σ",
        'ſ' => "s",
        _ => null,
    };
}
