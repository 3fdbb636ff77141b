using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Export;

/// <summary>Runs the decoder's file step by step, as a host does: the cache of one step goes into the next.</summary>
internal sealed class DecoderStep(InferenceSession session, PolicyConfig config) : IDisposable
{
    private readonly List<long[]> _masks = [];
    private OrtValue[]? _cache;

    /// <summary>The logits of the new tokens, [row][token][V].</summary>
    /// <param name="tokens">Of each row equally many.</param>
    /// <param name="mask">0 where a token is padding.</param>
    public float[][][] Run(long[][] tokens, long[][] mask)
    {
        var (rows, length) = (tokens.Length, tokens[0].Length);
        _masks.AddRange(_masks.Count == 0 ? new long[rows][].Select(_ => Array.Empty<long>()) : []);
        for (var row = 0; row < rows; row++)
            _masks[row] = [.. _masks[row], .. mask[row]];
        var positions = _masks.SelectMany(all => Positions(all)[^length..]).ToArray();
        using var inputIds = Value([.. tokens.SelectMany(row => row)], rows);
        using var attention = Value([.. _masks.SelectMany(row => row)], rows);
        using var places = Value(positions, rows);
        var past = _cache ?? [.. Enumerable.Range(0, 2 * config.LayerCount).Select(_ => Empty(rows))];
        using var options = new RunOptions();
        var results = session.Run(options, session.InputNames, [inputIds, attention, places, .. past], session.OutputNames);
        foreach (var value in past)
            value.Dispose();
        _cache = [.. results.Skip(1)];
        var logits = results[0].GetTensorDataAsSpan<float>().ToArray();
        results[0].Dispose();
        return [.. logits.Chunk(config.VocabularySize).Chunk(length)];
    }

    public void Dispose()
    {
        foreach (var value in _cache ?? [])
            value.Dispose();
    }

    // As Hugging Face makes them of the mask; what padding has doesn't matter.
    private static long[] Positions(long[] mask)
    {
        var count = 0L;
        return Array.ConvertAll(mask, token => (count += token) is var place && token == 0 ? 1 : place - 1);
    }

    private static OrtValue Value(long[] values, int rows) => OrtValue.CreateTensorValueFromMemory(values, [rows, values.Length / rows]);

    private OrtValue Empty(int rows) =>
        OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), [rows, config.KeyValueHeadCount, 0, config.HeadSize]);
}
