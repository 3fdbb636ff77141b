using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation.Metrics;

namespace MLNet.ConvRec.Evaluation;

/// <summary>Evaluates recommendation lists against what people really chose (spec: "Metrics").</summary>
public static class RecommendationEvaluator
{
    /// <summary>Evaluates a system's lists: values by dialogue, their means, and bootstrap intervals.</summary>
    /// <param name="name">The system's name in tables and <c>metrics.json</c>.</param>
    /// <param name="lists">At most one list per dialogue, in any order; read once. A dialogue without one counts as an empty list.</param>
    /// <param name="dialogues">
    /// The dialogues. One without ground truth is left out of the accuracy metrics. Absent <see cref="Dialogue.Seen"/> items are found in
    /// the text.
    /// </param>
    /// <param name="catalog">The catalog that lines must be in to hit.</param>
    /// <param name="options">Depths, protocol and intervals; <see langword="null"/> for the defaults.</param>
    /// <exception cref="InvalidDataException">
    /// There is no dialogue, an id stands twice, a list names no dialogue or one that has a list already, or its ranks are impossible.
    /// </exception>
    public static SystemEvaluation Evaluate(
        string name,
        IEnumerable<RecommendationList> lists,
        IReadOnlyList<Dialogue> dialogues,
        ItemCatalog catalog,
        EvaluationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentNullException.ThrowIfNull(catalog);
        options ??= new EvaluationOptions();
        options.Validate();
        var positions = Positions(dialogues);
        var table = new EvaluationValues(dialogues, catalog, options);
        var hasList = new bool[dialogues.Count];
        foreach (var list in lists)
        {
            var position = Position(list.Id, positions);
            if (hasList[position])
                throw new InvalidDataException($"Dialogue '{list.Id}' has two lists; give one list per dialogue.");
            hasList[position] = true;
            table.Set(position, RankedLines.Of(list));
        }

        for (var position = 0; position < dialogues.Count; position++)
        {
            if (!hasList[position])
                table.Set(position, []);
        }

        return table.ToEvaluation(name, withoutList: hasList.Count(has => !has));
    }

    private static int Position(string id, Dictionary<string, int> positions) => positions.TryGetValue(id, out var position)
        ? position
        : throw new InvalidDataException($"The list of '{id}' belongs to none of the {positions.Count} dialogues; give the scored ones.");

    private static Dictionary<string, int> Positions(IReadOnlyList<Dialogue> dialogues)
    {
        if (dialogues.Count == 0)
            throw new InvalidDataException("There is no dialogue to evaluate on; give at least one.");
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var position = 0; position < dialogues.Count; position++)
        {
            if (!positions.TryAdd(dialogues[position].Id, position))
                throw new InvalidDataException($"The dialogue id '{dialogues[position].Id}' stands twice; give each its own.");
        }

        return positions;
    }
}
