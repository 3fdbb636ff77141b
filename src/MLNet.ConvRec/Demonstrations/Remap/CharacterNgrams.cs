using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>Cuts text into character n-grams, within words with a blank at either end.</summary>
internal static class CharacterNgrams
{
    private const int Shortest = 3;
    private const int Longest = 5;

    /// <summary>Counts the n-grams of a text in its normal form; everything but letters and digits divides words.</summary>
    public static Dictionary<string, int> Count(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in Words(TitleNormalization.Normalize(text)))
        {
            var padded = $" {word} ";
            for (var length = Shortest; length <= Longest; length++)
            {
                for (var start = 0; start + length <= padded.Length; start++)
                {
                    var gram = padded.Substring(start, length);
                    counts[gram] = counts.GetValueOrDefault(gram) + 1;
                }
            }
        }

        return counts;
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isWord = i < text.Length && (char.IsLetterOrDigit(text[i]) || char.IsSurrogate(text[i]));
            if (isWord && start < 0)
                start = i;
            if (isWord || start < 0)
                continue;
            yield return text[start..i];
            start = -1;
        }
    }
}
