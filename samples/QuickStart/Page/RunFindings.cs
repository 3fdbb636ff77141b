using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Training.Reports;
using static System.FormattableString;

namespace QuickStart.Page;

/// <summary>Puts what the evaluation found into the words and plots of <c>report.html</c>.</summary>
/// <param name="data">What was trained on.</param>
/// <param name="rows">The systems with their lists, in the order of the table.</param>
/// <param name="options">How they were evaluated.</param>
/// <param name="explained">Tells how the demonstration of a dialogue came about.</param>
internal sealed class RunFindings(QuickStartData data, IReadOnlyList<SystemRun> rows, EvaluationOptions options, Func<Dialogue, HitReasons> explained)
{
    private const int Depth = 20, Examples = 3, ExampleLines = 10;

    private static readonly string[] Columns = [MetricNames.Ndcg(Depth), MetricNames.Recall(Depth), MetricNames.Recall(10), MetricNames.Recall(5)];
    private static readonly string[] Compared = [MetricNames.Ndcg(Depth), MetricNames.Recall(Depth)];
    private static readonly string[] Rungs = [SystemNames.Teacher, PlainNames.Demonstrations, SystemNames.Sft, SystemNames.RankGrpo];
    private static readonly string[] Shown = [SystemNames.Teacher, PlainNames.Demonstrations, SystemNames.Sft, SystemNames.RankGrpo];

    /// <summary>Returns the findings.</summary>
    public ReportFindings Findings() => new()
    {
        Conclusion = Conclusion(),
        Basis = $"{data.Test.Count:N0} dialogues that nothing was trained on; an interval resamples their conversations.{(data.IsSimulated ? " The people and their choices are simulated." : "")}",
        Systems = [.. rows.Select(Row)],
        Ladder = [.. Rungs.Select((name, place) => new ReportRung(PlainNames.Of(name).Name, place > 0 ? PlainNames.Of(Rungs[place - 1]).Name : "", place > 0 ? [.. Gains(name, Rungs[place - 1])] : []))],
        Examples = [.. data.Test.Take(Examples).Select(Example)],
        ExampleChoice = $"The first {Math.Min(Examples, data.Test.Count)} of test, not the best; of each list the first {ExampleLines} lines and what hits below them.",
    };

    private string Conclusion()
    {
        var best = rows.Where(row => row.Name != PlainNames.Demonstrations).MaxBy(row => row.Evaluation.Metrics[Columns[0]].Mean)!;
        var found = best.Evaluation.Metrics[MetricNames.Recall(Depth)];
        var people = data.IsSimulated ? "simulated people" : "people";
        var trained = $"A recommender of {data.Catalog.Count:N0} items was trained on {data.Train.Count:N0} dialogues of {people}: first it imitated lists, then it was rewarded for items that were really chosen.";
        return Invariant($"{trained} The best system is {PlainNames.Of(best.Name).Name}: its {Depth} lines hold {100 * found.Mean:0.0}% of the items that {people} chose next{Between(found)}.");
    }

    private ReportSystem Row(SystemRun row)
    {
        var (name, note) = PlainNames.Of(row.Name);
        var said = row.Evaluation.Summary.Note is { } own ? $"{own}; {note}" : note;
        var curve = RecommendationEvaluator.Evaluate(row.Name, row.Lists, data.Test, data.Catalog, options with { Cutoffs = [.. Enumerable.Range(1, Depth)], Resamples = 1 });
        return new ReportSystem(name, [.. Columns.Select(metric => KeyValuePair.Create(metric, Value(row.Evaluation.Metrics[metric])))])
        {
            Note = said,
            IsReference = row.Name == PlainNames.Demonstrations,
            RecallByDepth = [.. Enumerable.Range(1, Depth).Select(k => new ReportPoint(k, curve.Metrics[MetricNames.Recall(k)].Mean))],
            FoundOrder = FoundOrder.Of(
                row.Evaluation.Values[MetricNames.Recall(Depth)], row.Evaluation.Values[MetricNames.Ndcg(Depth)], [.. data.Test.Select(dialogue => dialogue.GroundTruth.Count)], Depth),
        };
    }

    private IEnumerable<ReportGain> Gains(string system, string over) => Compared
        .Select(metric => PairedComparison.Of(Run(system).Evaluation, Run(over).Evaluation, metric, options))
        .Select(pair => new ReportGain(pair.Metric, new ReportValue(pair.Difference, pair.Low, pair.High), pair.P));

    private ReportExample Example(Dialogue dialogue)
    {
        var (matcher, reasons) = (new TitleMatcher(data.Catalog), explained(dialogue));
        return new ReportExample(dialogue, [.. Shown.Select(name => new ReportList(PlainNames.Of(name).Name, [.. Lines(name)]))]);

        IEnumerable<ReportLine> Lines(string name)
        {
            var list = Run(name).Lists.Single(list => list.Id == dialogue.Id).Recommendations;
            var hits = matcher.Hits([.. list.Select(line => new ItemReference(line.Title, line.Year))], dialogue.Seen ?? [], dialogue.GroundTruth);
            return list.Zip(hits).Where((line, place) => place < ExampleLines || line.Second).Select(line => new ReportLine(
                line.First.Rank, ListLine.Format(line.First.Title, line.First.Year), line.Second, line.Second ? reasons.Of(name, new ItemReference(line.First.Title, line.First.Year)) : ""));
        }
    }

    private SystemRun Run(string name) => rows.Single(row => row.Name == name);

    private static string Between(Estimate share) => share is { Low: { } low, High: { } high } ? Invariant($" (95% interval {100 * low:0.0}% to {100 * high:0.0}%)") : "";

    private static ReportValue Value(Estimate estimate) => new(estimate.Mean, estimate.Low, estimate.High);
}

/// <summary>A system's lists and what the evaluation found of them.</summary>
/// <param name="Name">Its name in <c>metrics.json</c>.</param>
/// <param name="Lists">A list for each dialogue of test.</param>
/// <param name="Evaluation">What was found.</param>
internal sealed record SystemRun(string Name, IReadOnlyList<RecommendationList> Lists, SystemEvaluation Evaluation);
