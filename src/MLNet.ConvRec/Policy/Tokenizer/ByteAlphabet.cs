using System.Text;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>The printable letters in which a byte-level <c>tokenizer.json</c> writes the 256 bytes (GPT-2's table).</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = Table();
    private static readonly Dictionary<char, byte> Bytes =
        Enumerable.Range(0, 256).ToDictionary(value => Letters[value], value => (byte)value);

    public static char Letter(byte value) => Letters[value];

    /// <summary>Writes bytes as a token of the vocabulary.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var token = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
            token.Append(Letters[value]);
        return token.ToString();
    }

    /// <summary>Reads a token of the vocabulary, or returns <see langword="null"/> if it holds a letter that stands for no byte.</summary>
    public static byte[]? Read(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!Bytes.TryGetValue(token[i], out bytes[i]))
                return null;
        }

        return bytes;
    }

    // Printable bytes stand for themselves; the others are moved up, in order, past the 256 first code points.
    private static char[] Table()
    {
        var letters = new char[256];
        var moved = 0;
        for (var value = 0; value < 256; value++)
            letters[value] = value is >= 33 and <= 126 or >= 161 and <= 172 or >= 174 ? (char)value : (char)(256 + moved++);
        return letters;
    }
}
