using System.Text;

namespace MLNet.ConvRec.Catalog;

/// <summary>The one normal form in which titles are compared: Unicode NFC, full case fold, white space collapsed.</summary>
internal static class TitleNormalization
{
    /// <summary>Returns the normal form. Two titles are equal exactly if their normal forms are ordinally equal.</summary>
    public static string Normalize(string title)
    {
        var folded = FullCaseFold.Fold(Compose(title));
        var normal = new StringBuilder(folded.Length);
        var pendingSpace = false;
        foreach (var c in Compose(folded))
        {
            if (char.IsWhiteSpace(c))
            {
                pendingSpace = normal.Length > 0;
                continue;
            }

            if (pendingSpace)
                normal.Append(' ');
            pendingSpace = false;
            normal.Append(c);
        }

        return normal.ToString();
    }

    // A lone surrogate has no normal form and is kept as it is.
    private static string Compose(string text) => HasLoneSurrogate(text) ? text : text.Normalize(NormalizationForm.FormC);

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
