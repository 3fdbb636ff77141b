using Microsoft.Extensions.AI;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reflect;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Asks a language model for grades.</summary>
/// <remarks>
/// Candidates are shown in random orders, since models favour what stands at certain places; the same seed gives the same orders. Any
/// <see cref="IChatClient"/> will do; one that is paid for belongs into a <see cref="GuardedChatClient"/>. Safe for use from several
/// threads if the client is.
/// </remarks>
public sealed class ChatJudge : IJudge
{
    private readonly IChatClient _client;
    private readonly ChatJudgeOptions _options;
    private long _graded;
    private long _ungraded;

    /// <summary>Makes a judge of a client.</summary>
    /// <param name="client">The client; it stays the caller's to dispose.</param>
    /// <param name="options">How to ask; <see langword="null"/>: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range; the sentence names it.</exception>
    public ChatJudge(IChatClient client, ChatJudgeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _options = options ?? new ChatJudgeOptions();
        _options.Validate();
    }

    /// <summary>How many candidates got a grade.</summary>
    public long GradedCount => Interlocked.Read(ref _graded);

    /// <summary>How many candidates the model gave no grade that could be read; they count as 0.</summary>
    public long UngradedCount => Interlocked.Read(ref _ungraded);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<double>> RateAsync(
        Dialogue dialogue, IReadOnlyList<CatalogItem> candidates, int ratingScale, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfLessThan(ratingScale, 1);
        var batches = Enumerable.Range(0, _options.Orders)
            .SelectMany(order => InOrder(dialogue, candidates.Count, order).Chunk(_options.BatchSize));
        var graded = await Task.WhenAll(batches.Select(GradeAsync)).ConfigureAwait(false);

        var (sums, counts) = (new double[candidates.Count], new int[candidates.Count]);
        foreach (var (candidate, grade) in graded.SelectMany(grades => grades))
        {
            sums[candidate] += grade;
            counts[candidate]++;
        }

        var known = counts.Count(count => count > 0);
        Interlocked.Add(ref _graded, known);
        Interlocked.Add(ref _ungraded, candidates.Count - known);
        return [.. sums.Zip(counts, (sum, count) => count == 0 ? 0 : sum / count)];

        async Task<(int Candidate, double Grade)[]> GradeAsync(int[] batch)
        {
            var messages = _options.Prompts.ForGrades(dialogue, batch.Select(candidate => candidates[candidate]), ratingScale);
            var response = await _client.GetResponseAsync(messages, Asked(), cancellationToken).ConfigureAwait(false);
            var grades = ChatGrades.Read(response.Text, batch.Length, ratingScale);
            return [.. grades.Select(numbered => (batch[numbered.Key - 1], numbered.Value))];
        }
    }

    private ChatOptions Asked() => new()
    {
        ModelId = _options.ModelId,
        Temperature = _options.Temperature,
        MaxOutputTokens = _options.MaxOutputTokens,
    };

    // Reversed, a candidate that stood early stands late: two orders cancel most of what a place is worth.
    private int[] InOrder(Dialogue dialogue, int count, int order)
    {
        int[] candidates = [.. Enumerable.Range(0, count)];
        StableHash.Generator(_options.Seed, FormattableString.Invariant($"{dialogue.Id}/{order / 2}")).Shuffle(candidates);
        if (order % 2 == 1)
            Array.Reverse(candidates);
        return candidates;
    }
}
