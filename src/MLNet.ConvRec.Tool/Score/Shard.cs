using System.Globalization;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>The part of the input that one of several processes scores: the <see cref="Number"/>-th of <see cref="Count"/> runs of dialogues.</summary>
/// <remarks>
/// Parts are cut between windows that are scored together, so that a list is the same to the byte in a part as in the whole: one part after
/// the other, they are the whole.
/// </remarks>
/// <param name="Number">Which part, from 1.</param>
/// <param name="Count">How many parts.</param>
internal sealed record Shard(int Number, int Count)
{
    /// <summary>The whole input.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Reads <c>i/n</c>; <see langword="null"/> if it is nothing of the kind.</summary>
    public static Shard? Parse(string text) =>
        text.Split('/') is [var number, var count] && NumberIn(number) is { } i && NumberIn(count) is { } n && i >= 1 && i <= n ? new Shard(i, n) : null;

    /// <summary>Returns the dialogues of this part.</summary>
    /// <param name="dialogues">All of them.</param>
    /// <param name="total">How many they are.</param>
    /// <param name="window">How many are scored together.</param>
    public IEnumerable<Dialogue> Of(IEnumerable<Dialogue> dialogues, long total, int window)
    {
        var windows = (total + window - 1) / window;
        var (first, end) = ((Number - 1) * windows / Count * window, Number * windows / Count * window);
        long place = 0;
        foreach (var dialogue in dialogues)
        {
            if (place >= end)
                yield break;
            if (place++ >= first)
                yield return dialogue;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    private static int? NumberIn(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
