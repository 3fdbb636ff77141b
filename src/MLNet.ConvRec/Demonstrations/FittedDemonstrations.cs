using MLNet.ConvRec.Catalog;
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
    private readonly DialogueStatistics _statistics;
    private readonly TrainFolds _folds;

    public FittedDemonstrations(
        ItemCatalog catalog,
        ITeacher teacher,
        IJudge? judge,
        DemonstrationOptions options,
        ListReader reader,
        DialogueStatistics statistics,
        TrainFolds folds)
    {
        _catalog = catalog;
        _teacher = teacher;
        _judge = judge;
        _options = options;
        _reader = reader;
        _statistics = statistics;
        _folds = folds;
    }

    /// <summary>The weights that new dialogues are scored with.</summary>
    public DemonstrationModel Model => _folds.Model;

    /// <summary>
    /// Whether a dialogue is imitated: of train's conversations only the share is, and what can't be reinforced; all others always.
    /// </summary>
    public bool IsImitated(Dialogue dialogue) =>
        dialogue.GroundTruth.Count == 0
        || !_folds.Contains(dialogue.ConversationId)
        || ImitatedShare.Contains(dialogue.ConversationId, _options);

    /// <summary>Builds the demonstration of a dialogue, imitated or not.</summary>
    public async ValueTask<Demonstration> BuildAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        // Found once, here, where the dialogue came without its seen items.
        var asked = dialogue;
        dialogue = dialogue with { Seen = SeenItems.Of(dialogue, _catalog) };
        var list = await _teacher.RecommendAsync(asked, cancellationToken).ConfigureAwait(false);
        var lines = _reader.Read(list.Raw).Lines;
        var seen = LinkedDialogue.SeenTitles(dialogue, _catalog);
        if (_options.Steps == DemonstrationSteps.None)
            return new Demonstration(asked.Id, asked, TeachersOwn(lines, seen));
        var model = _folds.ModelFor(dialogue.ConversationId);
        var scores = _statistics.PartsOf(dialogue, lines).Remap(model.Similarity, _options, _catalog.Count);
        scores = await ReflectAsync(dialogue, scores, seen, cancellationToken).ConfigureAwait(false);
        var final = Adjust.Apply(scores, model.Adjust.Weight, model.Adjust.Bias);
        return new Demonstration(asked.Id, asked, TopItems.List(final, _options.ListLength, seen, _catalog));
    }

    // The zero-shot row: what the teacher named, in its order.
    private Recommendation[] TeachersOwn(IReadOnlyList<TeacherLine> lines, HashSet<int> seen)
    {
        var named = lines.Select(line => line.Item).OfType<int>().Distinct().Where(item => !seen.Contains(item)).Take(_options.ListLength);
        return [.. named.Select((item, i) => TopItems.Line(_catalog, item, i + 1, Remap.PositionScore(i + 1)))];
    }

    private async ValueTask<double[]> ReflectAsync(
        Dialogue dialogue, double[] scores, HashSet<int> seen, CancellationToken cancellationToken)
    {
        if (_judge is null || !_options.Steps.HasFlag(DemonstrationSteps.Reflect))
            return scores;
        var judged = TopItems.Of(scores, _options.Candidates, seen);
        var ratings = await _judge
            .RateAsync(dialogue, [.. judged.Select(item => _catalog.Items[item])], _options.RatingScale, cancellationToken)
            .ConfigureAwait(false);
        if (ratings.Count != judged.Length)
        {
            throw new InvalidOperationException(
                $"The judge gave {ratings.Count} grades for {judged.Length} candidates of dialogue {dialogue.Id}; it must grade each.");
        }

        return Reflect.Apply(scores, judged, ratings, _options.Gamma, _options.RatingScale);
    }
}
