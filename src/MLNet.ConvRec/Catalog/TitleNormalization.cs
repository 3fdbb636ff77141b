using System.Globalization;
using System.Text;

namespace MLNet.ConvRec.Catalog;

/// <summary>The one normal form in which titles are compared: Unicode NFC, full case fold, white space collapsed.</summary>
internal static class TitleNormalization
{
    /// <summary>Returns the normal form. Two titles are equal exactly if their normal forms are ordinally equal.</summary>
    public static string Normalize(string title)
    {
        ArgumentNullException.ThrowIfNull(title);

        // Folding can take a composed letter apart; the second composition makes the form stable.
        var folded = Compose(FullCaseFold.Fold(Compose(title)));
        return string.Join(' ', folded.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Returns the text without accents and other marks that sit on letters: how people often type a title.</summary>
    public static string WithoutMarks(string text)
    {
        if (Ascii.IsValid(text) || !IsWellFormed(text))
            return text;
        var bare = text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark);
        return string.Concat(bare).Normalize(NormalizationForm.FormC);
    }

    // A text with a lone surrogate has no composed form and is kept as it is.
    private static string Compose(string text) => Ascii.IsValid(text) || !IsWellFormed(text) ? text : text.Normalize(NormalizationForm.FormC);

    // What string.Normalize refuses: lone surrogates, and the byte order mark's mirror image.
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\uFFFE')
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
