using System.Runtime.CompilerServices;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Demonstrations.Reflect;
using MLNet.ConvRec.Demonstrations.Remap;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Builds demonstrations with what was fitted to train.</summary>
/// <remarks>
/// A dialogue of train is scored without its own conversation: neither counts nor weights know its answer. Safe for use from several
/// threads.
/// </remarks>
internal sealed class FittedDemonstrations
{
    private readonly ItemCatalog _catalog;
    private readonly ITeacher _teacher;
    private readonly IJudge? _judge;
    private readonly DemonstrationOptions _options;
    private readonly ListReader _reader;
    private readonly ITextSimilarity _text;
    private readonly DialogueStatistics _statistics;
    private readonly TrainFolds _folds;
    private readonly ListTally _lists = new();

    public FittedDemonstrations(
        ItemCatalog catalog,
        ITeacher teacher,
        IJudge? judge,
        DemonstrationOptions options,
        ListReader reader,
        ITextSimilarity text,
        DialogueStatistics statistics,
        TrainFolds folds)
    {
        _catalog = catalog;
        _teacher = teacher;
        _judge = judge;
        _options = options;
        _reader = reader;
        _text = text;
        _statistics = statistics;
        _folds = folds;
    }

    /// <summary>The weights that new dialogues are scored with.</summary>
    public DemonstrationModel Model => _folds.Model;

    /// <summary>What became of the lists of the demonstrations that were built so far.</summary>
    public TeacherListCounts Lists => _lists.Counts;

    /// <summary>Train's conversations of which nothing is known here.</summary>
    public IReadOnlySet<string> HeldOut { get; init; } = new HashSet<string>();

    /// <summary>
    /// Whether a dialogue is imitated: of train's conversations only the share is, and what can't be reinforced; all others always.
    /// </summary>
    public bool IsImitated(Dialogue dialogue) =>
        dialogue.GroundTruth.Count == 0
        || !(_folds.Contains(dialogue.ConversationId) || HeldOut.Contains(dialogue.ConversationId))
        || ImitatedShare.Contains(dialogue.ConversationId, _options);

    /// <summary>Builds the demonstration of a dialogue, imitated or not.</summary>
    public async ValueTask<Demonstration> BuildAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var trace = await TraceAsync(dialogue, cancellationToken).ConfigureAwait(false);
        _lists.Add(trace.List, trace.Read);
        return new Demonstration(dialogue.Id, dialogue, ItemsOf(trace));
    }

    /// <summary>Builds demonstrations in the order of the dialogues, <see cref="DemonstrationOptions.Concurrency"/> at a time.</summary>
    public async IAsyncEnumerable<Demonstration> BuildAsync(
        IEnumerable<Dialogue> dialogues, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var underWay = new Queue<Task<Demonstration>>();
        try
        {
            foreach (var dialogue in dialogues)
            {
                underWay.Enqueue(Task.Run(() => BuildAsync(dialogue, cancellationToken).AsTask(), cancellationToken));
                if (underWay.Count >= _options.Concurrency)
                    yield return await underWay.Dequeue().ConfigureAwait(false);
            }

            while (underWay.TryDequeue(out var next))
                yield return await next.ConfigureAwait(false);
        }
        finally
        {
            // After a failure too: what is on its way is paid for, and is to reach the client's journal.
            await Task.WhenAll(underWay.Select(task => (Task)task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells how the demonstration of a dialogue comes about.</summary>
    public async ValueTask<DemonstrationExplanation> ExplainAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var trace = await TraceAsync(dialogue, cancellationToken).ConfigureAwait(false);
        return new DemonstrationExplainer(_catalog, _options).Explain(dialogue, trace, ItemsOf(trace));
    }

    private async ValueTask<DemonstrationTrace> TraceAsync(Dialogue asked, CancellationToken cancellationToken)
    {
        // Found once, here, where the dialogue came without its seen items.
        var dialogue = asked with { Seen = SeenItems.Of(asked, _catalog) };
        var list = await _teacher.RecommendAsync(asked, cancellationToken).ConfigureAwait(false);
        var read = _reader.Read(list.Raw, _statistics.ContextOf(dialogue));
        var seen = LinkedDialogue.SeenTitles(dialogue, _catalog);
        await _text.PrepareAsync(UnknownNames(read.Lines), [dialogue], cancellationToken).ConfigureAwait(false);
        var model = _folds.ModelFor(dialogue.ConversationId);
        var parts = _statistics.PartsOf(dialogue, read.Lines);
        var remapped = parts.Remap(model.Similarity, _options, _catalog.Count);
        var ratings = await RatingsAsync(dialogue, remapped, seen, cancellationToken).ConfigureAwait(false);
        var reflected = ReflectStep.Apply(remapped, [.. ratings.Keys], [.. ratings.Values], _options.Gamma, _options.RatingScale);
        var final = AdjustStep.Apply(reflected, model.Adjust.Weight, model.Adjust.Bias);
        return new DemonstrationTrace(list, read, seen, parts, model, remapped, ratings, reflected, final);
    }

    /// <summary>The listed names that the catalog lacks: what only a text can compare.</summary>
    public static IEnumerable<string> UnknownNames(IEnumerable<TeacherLine> lines) => lines.Where(line => line.Item is null).Select(line => line.Name);

    private Recommendation[] ItemsOf(DemonstrationTrace trace) => _options.Steps == DemonstrationSteps.None
        ? TeachersOwn(trace.Read.Lines, trace.Seen)
        : TopItems.List(trace.Final, _options.ListLength, trace.Seen, _catalog);

    // The zero-shot row: what the teacher named, in its order.
    private Recommendation[] TeachersOwn(IReadOnlyList<TeacherLine> lines, IReadOnlySet<int> seen)
    {
        var named = lines.Select(line => line.Item).OfType<int>().Distinct().Where(item => !seen.Contains(item)).Take(_options.ListLength);
        return [.. named.Select((item, i) => TopItems.Line(_catalog, item, i + 1, RemapStep.PositionScore(i + 1)))];
    }

    private async ValueTask<IReadOnlyDictionary<int, double>> RatingsAsync(
        Dialogue dialogue, double[] scores, HashSet<int> seen, CancellationToken cancellationToken)
    {
        if (_judge is null || !_options.Steps.HasFlag(DemonstrationSteps.Reflect))
            return new Dictionary<int, double>();
        var judged = TopItems.Of(scores, _options.Candidates, seen);
        var ratings = await _judge
            .RateAsync(dialogue, [.. judged.Select(item => _catalog.Items[item])], _options.RatingScale, cancellationToken)
            .ConfigureAwait(false);
        if (ratings.Count != judged.Length)
        {
            throw new InvalidOperationException(
                $"The judge gave {ratings.Count} grades for {judged.Length} candidates of dialogue {dialogue.Id}; it must grade each.");
        }

        if (!ratings.All(double.IsFinite))
        {
            throw new InvalidDataException(
                $"The judge gave a grade that is no number for a candidate of dialogue {dialogue.Id}; it must grade each from "
                + $"-{_options.RatingScale} to {_options.RatingScale}, and give 0 where it can't tell.");
        }

        return judged.Zip(ratings).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}
