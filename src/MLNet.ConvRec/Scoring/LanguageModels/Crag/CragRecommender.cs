using Microsoft.Extensions.AI;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reflect;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>CRAG's steps for a dialogue; <see cref="CragEstimator"/> says what each does, and what if its answer can't be read.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class CragRecommender : IChatRecommender
{
    private const int BestGrade = 2;

    private readonly ItemCatalog _catalog;
    private readonly IChatClient _client;
    private readonly CollaborativeRetrieval _retrieval;
    private readonly CragOptions _options;
    private readonly CallCounter _calls;
    private readonly CatalogLines _lines;
    private readonly MentionLinker _linker;

    /// <summary>Makes the steps of what was fitted; asks nobody yet.</summary>
    /// <param name="catalog">The items.</param>
    /// <param name="client">The model.</param>
    /// <param name="retrieval">What train names together.</param>
    /// <param name="options">How; they are valid.</param>
    /// <param name="calls">Counts what can't be read; calls are counted by the client.</param>
    public CragRecommender(
        ItemCatalog catalog, IChatClient client, CollaborativeRetrieval retrieval, CragOptions options, CallCounter calls)
    {
        (_catalog, _client, _retrieval, _options, _calls) = (catalog, client, retrieval, options, calls);
        _lines = new CatalogLines(catalog);
        _linker = new MentionLinker(catalog, _lines);
    }

    public async Task<IReadOnlyList<int>> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var step = new StepCalls(_client, _options, _calls, cancellationToken);
        var questions = new CragQuestions(_options, _catalog, dialogue);
        var mentions = await MentionsAsync(step, questions, dialogue).ConfigureAwait(false);
        var forbidden = Forbidden(dialogue, mentions);
        var kept = await RetrieveAsync(step, questions, dialogue, mentions, forbidden).ConfigureAwait(false);
        var listed = await ListAsync(step, questions, kept, forbidden).ConfigureAwait(false);
        var ranked = await RankAsync(step, questions, listed).ConfigureAwait(false);
        return [.. ranked.Union(kept).Take(_options.ListLength)];
    }

    private async Task<IReadOnlyList<ItemAttitude>> MentionsAsync(StepCalls step, CragQuestions questions, Dialogue dialogue)
    {
        var named = await step.AskAsync(questions.Extract(), AttitudeLines.Read).ConfigureAwait(false);
        if (named is null)
            return SeenAndLiked(dialogue);
        var mentions = named.Select(_linker.Link).DistinctBy(mention => mention.Name).ToArray();
        if (mentions.Length == 0)
            return [];
        var corrections = await step
            .AskAsync(questions.Link(mentions), answer => CorrectionLines.Read(answer, mentions.Length))
            .ConfigureAwait(false);
        return _linker.Correct(mentions, corrections);
    }

    // What is known without the model: the dialogue's own items, which people mostly name because they like them.
    private ItemAttitude[] SeenAndLiked(Dialogue dialogue) =>
        [.. LinkedDialogue.Link(SeenItems.Of(dialogue, _catalog), _catalog).Select(item => new ItemAttitude(item, 1))];

    // Seen items that a dialogue came with are the rule; where they are found in the text, the model is one more to find them.
    private HashSet<int> Forbidden(Dialogue dialogue, IReadOnlyList<ItemAttitude> mentions)
    {
        var forbidden = LinkedDialogue.SeenTitles(dialogue, _catalog);
        if (dialogue.Seen is null)
            forbidden.UnionWith(_catalog.IndicesOf(mentions.Select(mention => _catalog.Items[mention.Item].Reference)));
        return forbidden;
    }

    private async Task<IReadOnlyList<int>> RetrieveAsync(
        StepCalls step, CragQuestions questions, Dialogue dialogue, IReadOnlyList<ItemAttitude> mentions, HashSet<int> forbidden)
    {
        var excluded = mentions.Select(mention => mention.Item).Union(forbidden).ToHashSet();
        var retrieved = _retrieval.Find(dialogue.ConversationId, LikedBest(mentions), excluded, _options.Retrieved);
        if (retrieved.Count == 0)
            return [];
        var fitting = await step
            .AskAsync(questions.Reflect(retrieved), answer => NumberLines.Read(answer, retrieved.Count))
            .ConfigureAwait(false);
        return fitting is null ? retrieved : [.. fitting.Select(index => retrieved[index])];
    }

    private static int[] LikedBest(IReadOnlyList<ItemAttitude> mentions)
    {
        var least = mentions.Any(mention => mention.Attitude > 0) ? 1 : 0;
        return [.. mentions.Where(mention => mention.Attitude >= least).Select(mention => mention.Item)];
    }

    private async Task<int[]> ListAsync(StepCalls step, CragQuestions questions, IReadOnlyList<int> kept, HashSet<int> forbidden)
    {
        var listed = await step
            .AskAsync(questions.Recommend(kept), answer => _lines.Read(AnswerLines.Of(answer), forbidden, _options.ListLength))
            .ConfigureAwait(false);
        return listed ?? [];
    }

    // Linked before they are graded: a grade of what is dropped would change nothing.
    private static async Task<int[]> RankAsync(StepCalls step, CragQuestions questions, int[] listed)
    {
        if (listed.Length < 2)
            return listed;
        var grades = await step.AskAsync(questions.Grade(listed), answer => Grades(answer, listed.Length)).ConfigureAwait(false);
        if (grades is null)
            return listed;
        var order = Enumerable.Range(0, listed.Length).OrderByDescending(index => grades.GetValueOrDefault(index + 1));
        return [.. order.Select(index => listed[index])];
    }

    private static Dictionary<int, double>? Grades(string answer, int count) =>
        ChatGrades.Read(string.Join('\n', AnswerLines.Of(answer)), count, BestGrade) is { Count: > 0 } grades ? grades : null;
}
