namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>
/// Which rank each token of a written list belongs to, by the line breaks that a token's bytes hold: a policy that writes freely may end a
/// line with a token such as <c>)\n</c> or <c>\n\n</c>, not with the line break's own.
/// </summary>
/// <remarks>Built once for a tokenizer. Immutable and safe for use from several threads.</remarks>
internal sealed class RankSegments
{
    private const byte LineBreak = (byte)'\n';

    private readonly PolicyTokenizer _tokenizer;

    // Fewer than a thousandth of a vocabulary holds a line break, so that a byte for each id is all there is.
    private readonly byte[] _lineBreaks;

    public RankSegments(PolicyTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _lineBreaks = new byte[tokenizer.VocabularySize];
        var control = tokenizer.ControlTokens.Values.ToHashSet();
        for (var token = 0; token < _lineBreaks.Length; token++)
            _lineBreaks[token] = control.Contains(token) ? (byte)0 : checked((byte)tokenizer.Bytes(token).Count(LineBreak));
    }

    /// <summary>How many line breaks a token writes; a control token none.</summary>
    public int LineBreaks(int token) => (uint)token < (uint)_lineBreaks.Length ? _lineBreaks[token] : 0;

    /// <summary>What a token writes before its first line break, to the line that it ends; all of it where it has none.</summary>
    public ReadOnlySpan<byte> BeforeBreak(int token) =>
        LineBreaks(token) == 0 ? _tokenizer.Bytes(token) : _tokenizer.Bytes(token)[.._tokenizer.Bytes(token).IndexOf(LineBreak)];

    /// <summary>What a token writes after its last line break, at the start of the next line; nothing where it has none.</summary>
    public ReadOnlySpan<byte> AfterBreak(int token) =>
        LineBreaks(token) == 0 ? default : _tokenizer.Bytes(token)[(_tokenizer.Bytes(token).LastIndexOf(LineBreak) + 1)..];

    /// <summary>Returns the rank of each token of a list, from 1: a token belongs to the line in which it begins.</summary>
    /// <param name="tokens">The list as it was written.</param>
    public int[] RanksOf(ReadOnlySpan<int> tokens)
    {
        var ranks = new int[tokens.Length];
        var rank = 1;
        for (var i = 0; i < tokens.Length; i++)
        {
            ranks[i] = rank;
            rank += LineBreaks(tokens[i]);
        }

        return ranks;
    }
}
