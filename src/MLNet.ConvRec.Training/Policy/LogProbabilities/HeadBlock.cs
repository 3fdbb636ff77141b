using MLNet.ConvRec.Demonstrations.Adjust;

namespace MLNet.ConvRec.Policy.LogProbabilities;

/// <summary>A piece of the logits: some choices' states times some tokens' rows of the head. A whole batch's logits never exist at once.</summary>
/// <remarks>Plain arrays; the tensors are made when the block is computed, once forward and once backward.</remarks>
/// <param name="Choices">The choices that take part, [r]; <see langword="null"/>: all, in order.</param>
/// <param name="Start">The first token, where tokens are consecutive.</param>
/// <param name="Tokens">The tokens, ascending, [c]; <see langword="null"/>: consecutive ones from <paramref name="Start"/>.</param>
/// <param name="Width">c.</param>
/// <param name="Forbidden">Flat places in [r, c] that the choice doesn't allow.</param>
/// <param name="Chosen">Flat places in [r, c] of the tokens asked for.</param>
/// <param name="ChosenBy">The choices that asked for them.</param>
internal sealed record HeadBlock(long[]? Choices, int Start, long[]? Tokens, int Width, long[] Forbidden, long[] Chosen, long[] ChosenBy)
{
    /// <summary>What each of <see cref="Chosen"/> counts; <see langword="null"/>: 1, each choice asks for one token.</summary>
    public float[]? Shares { get; init; }
}

/// <summary>Cuts choices into blocks.</summary>
internal static class HeadBlocks
{
    /// <summary>Logits of a block at most, beside a minimal width: 16 MiB of float32, near the processor's cache.</summary>
    private const int BlockElements = 1 << 22;
    private const int LeastWidth = 256;

    // Choices among few tokens are computed together, each over the tokens of all: more of them waste products, fewer waste calls.
    private const int PackedElements = 1 << 18;
    private const int AloneElements = 1 << 14;

    /// <summary>Returns blocks that cover each choice's allowed tokens exactly once.</summary>
    public static List<HeadBlock> Of(IReadOnlyList<TokenChoice> choices, int vocabularySize)
    {
        var blocks = new List<HeadBlock>();
        var packed = new List<IGrouping<ArraySegment<int>, int>>();
        var (packedRows, packedTokens) = (0L, 0L);
        foreach (var group in Enumerable.Range(0, choices.Count).GroupBy(choice => choices[choice].Allowed))
        {
            var (rows, tokens) = (group.Count(), group.Key.Array is null ? vocabularySize : group.Key.Count);
            if (group.Key.Array is null || (long)rows * tokens >= AloneElements)
            {
                blocks.AddRange(Alone(choices, [.. group.Select(choice => (long)choice)], group.Key, tokens));
                continue;
            }

            if ((packedRows + rows) * (packedTokens + tokens) > PackedElements)
                Flush();
            packed.Add(group);
            (packedRows, packedTokens) = (packedRows + rows, packedTokens + tokens);
        }

        Flush();
        return blocks;

        void Flush()
        {
            if (packed.Count > 0)
                blocks.Add(Packed(choices, packed));
            packed.Clear();
            (packedRows, packedTokens) = (0, 0);
        }
    }

    // Choices among the same tokens: cut by tokens, so that each row of the head is read and its gradient written once.
    private static IEnumerable<HeadBlock> Alone(IReadOnlyList<TokenChoice> choices, long[] rows, ArraySegment<int> allowed, int count)
    {
        var width = Math.Max(LeastWidth, BlockElements / rows.Length);
        for (var start = 0; start < count; start += width)
            yield return Part(choices, rows, allowed, start, Math.Min(width, count - start));
    }

    private static HeadBlock Part(IReadOnlyList<TokenChoice> choices, long[] rows, ArraySegment<int> allowed, int start, int width)
    {
        var (forbidden, chosen) = (new List<long>(), new ChosenPlaces());
        for (var row = 0; row < rows.Length; row++)
        {
            var choice = choices[(int)rows[row]];
            foreach (var token in choice.Blocked)
            {
                if (Column(token) is >= 0 and var blocked)
                    forbidden.Add(((long)row * width) + blocked);
            }

            chosen.Add(choice, rows[row], (long)row * width, Column);
        }

        long[]? tokens = allowed.Array is null ? null : [.. allowed.Slice(start, width).Select(token => (long)token)];
        return chosen.In(new HeadBlock(rows.Length == choices.Count ? null : rows, start, tokens, width, [.. forbidden], [], []));

        int Column(int token)
        {
            var place = allowed.Array is null ? token : allowed.AsSpan().BinarySearch(token);
            return place >= start && place < start + width ? place - start : -1;
        }
    }

    private static HeadBlock Packed(IReadOnlyList<TokenChoice> choices, List<IGrouping<ArraySegment<int>, int>> groups)
    {
        int[] tokens = [.. groups.SelectMany(group => group.Key).Distinct().Order()];
        long[] rows = [.. groups.SelectMany(group => group).Select(choice => (long)choice)];
        var (forbidden, chosen) = (new List<long>(rows.Length * tokens.Length), new ChosenPlaces());
        var isAllowed = new bool[tokens.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            var choice = choices[(int)rows[row]];
            Array.Clear(isAllowed);
            foreach (var token in choice.Allowed)
                isAllowed[Array.BinarySearch(tokens, token)] = true;
            foreach (var token in choice.Blocked)
                isAllowed[Array.BinarySearch(tokens, token)] = false;
            for (var column = 0; column < tokens.Length; column++)
            {
                if (!isAllowed[column])
                    forbidden.Add(((long)row * tokens.Length) + column);
            }

            chosen.Add(choice, rows[row], (long)row * tokens.Length, token => Array.BinarySearch(tokens, token));
        }

        return chosen.In(new HeadBlock(rows, 0, Array.ConvertAll(tokens, token => (long)token), tokens.Length, [.. forbidden], [], []));
    }

    /// <summary>The tokens asked for that stand in a block.</summary>
    private sealed class ChosenPlaces
    {
        private readonly List<long> _places = [], _choices = [];
        private readonly List<float> _shares = [];

        /// <summary>Adds those of one choice.</summary>
        /// <param name="choice">The choice.</param>
        /// <param name="index">Its place among all choices.</param>
        /// <param name="row">Where its row begins in the block.</param>
        /// <param name="column">A token's column; negative where it stands in another block.</param>
        public void Add(TokenChoice choice, long index, long row, Func<int, int> column)
        {
            if (choice.Shares is not { Length: > 0 } shares)
            {
                Add(index, row, column(choice.Token), 1);
                return;
            }

            foreach (var (token, share) in shares)
                Add(index, row, column(token), share);
        }

        public HeadBlock In(HeadBlock block) => block with
        {
            Chosen = [.. _places],
            ChosenBy = [.. _choices],
            Shares = _shares.TrueForAll(share => share == 1) ? null : [.. _shares],
        };

        private void Add(long index, long row, int column, float share)
        {
            if (column < 0)
                return;
            _places.Add(row + column);
            _choices.Add(index);
            _shares.Add(share);
        }
    }
}
