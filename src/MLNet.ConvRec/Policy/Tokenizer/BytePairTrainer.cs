using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>Learns a byte-level BPE vocabulary from texts (Sennrich et al. 2016, on bytes as GPT-2).</summary>
/// <remarks>Deterministic: the same texts in the same or another order give the same file.</remarks>
internal static class BytePairTrainer
{
    /// <summary>The control tokens, in the order of their ids after the vocabulary's; Qwen's own.</summary>
    public static IReadOnlyList<string> ControlTokens { get; } = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

    /// <summary>
    /// What merges never cross. Written for the engines of .NET, Rust and JavaScript alike, which agree on everything in it.
    /// </summary>
    /// <remarks>
    /// A line break stands alone, so that each list line ends with exactly one such token. A title of capitalised words with its year is one
    /// piece, without the space before it: an item that is often named becomes a single token, the same one in a dialogue and in a list, and
    /// greedy decoding chooses among items instead of first words. Of other titles the year in parentheses is one piece;
    /// then clitics, words, numbers, signs, each with the space before it; and runs of other white space.
    /// </remarks>
    public const string Pattern =
        @"\n| (?=" + Line + ")|" + Line + @"| \([0-9]{4}\)|['’](?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])(?!\p{L})"
        + @"| ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|[^\S\n]+(?!\S)|[^\S\n]+";

    // A title as most are written, with its year: words that begin with a capital or a digit, small words and signs only between them.
    private const string Line =
        Word + @"(?:[,:;!?]?(?: (?:of|the|and|a|an|in|to|for|on|at|from|with|is|by|vs\.|&|-|–))* " + Word + @"){0,11}[!?]? \([0-9]{4}\)";

    private const string Word = @"[\p{Lu}\p{N}][\p{L}\p{M}\p{N}'’.\-]*";

    // A longer piece (a run of dashes, text without spaces) is learned from in parts, so that no piece costs more than its share.
    private const int MaximumPieceLength = 128;

    /// <summary>Learns a vocabulary.</summary>
    /// <param name="texts">
    /// The texts. Whatever should be written compactly must stand in them as it will be written: at a line's start and after a space.
    /// </param>
    /// <param name="options">How large a vocabulary.</param>
    /// <returns>The text of a <c>tokenizer.json</c>.</returns>
    public static string Train(IEnumerable<string> texts, BytePairOptions options)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var learning = new BytePairLearning(CountPieces(texts));
        learning.Run(options.VocabularySize - ControlTokens.Count, options.MinimumFrequency);
        return TokenizerJson.Write(learning.Tokens, learning.Merges, ControlTokens, Pattern);
    }

    // Sorted, so that nothing depends on the order of texts or of a hash table.
    private static List<(byte[] Piece, long Count)> CountPieces(IEnumerable<string> texts)
    {
        var cutter = new RunePreTokenizer(new Regex(Pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant));
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var byText = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            var normal = PolicyTokenizer.WellFormed(text).Normalize(NormalizationForm.FormC);
            foreach (var (offset, length) in cutter.PreTokenize(normal))
                CollectionsMarshal.GetValueRefOrAddDefault(byText, normal.AsSpan(offset, length), out _)++;
        }

        return
        [
            .. counts.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .SelectMany(entry => Encoding.UTF8.GetBytes(entry.Key).Chunk(MaximumPieceLength).Select(part => (part, entry.Value))),
        ];
    }
}
