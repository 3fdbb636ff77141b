using System.Text;
using System.Text.Unicode;
using Microsoft.ML.Tokenizers;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>Encodes text by the merges of a <c>tokenizer.json</c>; knows no control token, so that text can never become one.</summary>
internal sealed class BytePairEncoder
{
    private readonly BpeTokenizer _model;
    private readonly RunePreTokenizer _cutter;

    // Only where merges are ignored for a piece that is a token: such tokens by their text. Null elsewhere.
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>>? _whole;

    public BytePairEncoder(TokenizerFile file)
    {
        _cutter = new RunePreTokenizer(file.Pattern);
        _model = file.CreateModel(_cutter);
        _whole = file.IgnoresMerges ? WholeTokens(file.Vocabulary).GetAlternateLookup<ReadOnlySpan<char>>() : null;
    }

    /// <summary>Encodes text.</summary>
    /// <param name="text">The text; no surrogate in it is alone.</param>
    public int[] Encode(string text)
    {
        if (_whole is not { } whole)
            return [.. _model.EncodeToIds(text)];
        var normal = _model.Normalizer?.Normalize(text) ?? text;
        var ids = new List<int>(normal.Length / 2);
        foreach (var (offset, length) in _cutter.PreTokenize(normal))
        {
            var piece = normal.AsSpan(offset, length);
            if (whole.TryGetValue(piece, out var id))
                ids.Add(id);
            else
                ids.AddRange(_model.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
        }

        return [.. ids];
    }

    // A token that is no whole text (a part of a character) can't be a whole piece.
    private static Dictionary<string, int> WholeTokens(Dictionary<string, int> vocabulary)
    {
        var whole = new Dictionary<string, int>(vocabulary.Count, StringComparer.Ordinal);
        foreach (var (token, id) in vocabulary)
        {
            if (ByteAlphabet.Read(token) is { } bytes && Utf8.IsValid(bytes))
                whole.Add(Encoding.UTF8.GetString(bytes), id);
        }

        return whole;
    }
}
