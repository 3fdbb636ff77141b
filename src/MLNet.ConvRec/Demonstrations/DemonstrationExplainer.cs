using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Demonstrations.Remap;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Tells a trace in items and numbers.</summary>
internal sealed class DemonstrationExplainer(ItemCatalog catalog, DemonstrationOptions options)
{
    public DemonstrationExplanation Explain(Dialogue dialogue, DemonstrationTrace trace, IReadOnlyList<Recommendation> demonstration)
    {
        var ranks = Array.ConvertAll((double[][])[trace.Remapped, trace.Reflected, trace.Final], scores => RanksOf(scores, trace.Seen));
        var truth = LinkedDialogue.Link(dialogue.GroundTruth, catalog).ToHashSet();
        var terms = Terms(trace);
        return new DemonstrationExplanation
        {
            Dialogue = dialogue,
            Steps = options.Steps,
            TeacherList = trace.List,
            Lines = [.. trace.Read.Lines.Select(Line)],
            UnreadLines = trace.Read.UnreadLines,
            Similarity = trace.Model.Similarity,
            Items = [.. Mentioned(trace, ranks, truth).Select(item => Item(item, trace, terms, ranks, truth))],
            Demonstration = demonstration,
        };
    }

    // The best of every step, what the teacher named, and what was right.
    private IEnumerable<int> Mentioned(DemonstrationTrace trace, Dictionary<int, int>[] ranks, HashSet<int> truth) =>
        ranks.SelectMany(step => step.Where(item => item.Value <= options.ListLength).Select(item => item.Key))
            .Concat(trace.Read.Lines.Select(line => line.Item).OfType<int>())
            .Concat(truth)
            .Distinct()
            .OrderByDescending(item => trace.Final[item])
            .ThenBy(item => item);

    private ExplainedItem Item(int item, DemonstrationTrace trace, double[][] terms, Dictionary<int, int>[] ranks, HashSet<int> truth)
    {
        return new ExplainedItem
        {
            Item = catalog.Items[item].Reference,
            IsSeen = trace.Seen.Contains(item),
            IsTrue = truth.Contains(item),
            Remap = new RemapContributions(terms[0][item], terms[1][item], terms[2][item], terms[3][item], terms[4][item], terms[5][item]),
            RemapScore = trace.Remapped[item],
            RemapRank = RankOf(0),
            Rating = trace.Ratings.TryGetValue(item, out var rating) ? rating : null,
            ReflectScore = trace.Reflected[item],
            ReflectRank = RankOf(1),
            Weight = trace.Model.Adjust.Weight[item],
            Bias = trace.Model.Adjust.Bias[item],
            FinalScore = trace.Final[item],
            FinalRank = RankOf(2),
        };

        int? RankOf(int step) => ranks[step].TryGetValue(item, out var rank) ? rank : null;
    }

    private ExplainedLine Line(TeacherLine line, int place) => new(
        place + 1,
        RemapStep.PositionScore(place + 1),
        line.Name,
        line.Year,
        line.Item is { } item ? catalog.Items[item].Reference : null);

    // Without Remap an item's score is that it was named, once.
    private double[][] Terms(DemonstrationTrace trace)
    {
        if (!options.Steps.HasFlag(DemonstrationSteps.Remap))
            return [trace.Remapped, .. Enumerable.Repeat(new double[catalog.Count], SimilarityParts.Count)];
        var terms = trace.Parts.Features(catalog.Count);
        var weights = trace.Model.Similarity.ToArray();
        for (var part = 0; part < weights.Length; part++)
        {
            var factor = weights[part] * (part < SimilarityParts.LinePartCount ? 1 : options.Lambda);
            terms[part + 1] = Array.ConvertAll(terms[part + 1], value => factor * value);
        }

        return terms;
    }

    private static Dictionary<int, int> RanksOf(double[] scores, IReadOnlySet<int> seen) =>
        TopItems.Of(scores, scores.Length, seen).Select((item, place) => (item, place)).ToDictionary(pair => pair.item, pair => pair.place + 1);
}
