using System.Globalization;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>The part of the input that one of several processes scores: every <see cref="Count"/>-th dialogue, from the <see cref="Number"/>-th on.</summary>
/// <remarks>
/// No process has to know how many dialogues there are. All parts together are the whole; line by line in turn, they are it in order.
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
    public IEnumerable<Dialogue> Of(IEnumerable<Dialogue> dialogues)
    {
        long place = 0;
        foreach (var dialogue in dialogues)
        {
            if (place++ % Count == Number - 1)
                yield return dialogue;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    private static int? NumberIn(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
