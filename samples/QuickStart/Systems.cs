using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Training.Reports;
using QuickStart.Page;
using QuickStart.Terminal;

namespace QuickStart;

/// <summary>The systems of the table, each with its lists for the test dialogues.</summary>
internal sealed class Systems
{
    private const int Examples = 3, ExampleRanks = 8;
    private static readonly string[] Shown = [MetricNames.Ndcg(20), MetricNames.Recall(20)];

    private readonly MLContext _ml;
    private readonly QuickStartData _data;
    private readonly int _length;
    private readonly EvaluationOptions _options;
    private readonly List<SystemEvaluation> _systems = [];
    private readonly Dictionary<string, RecommendationList[]> _lists = [];

    /// <summary>Begins with the rows that need no training.</summary>
    public Systems(MLContext ml, QuickStartData data, int length)
    {
        (_ml, _data, _length) = (ml, data, length);
        _options = new EvaluationOptions();
        Add(SystemNames.Popularity, Baselines.Lists(data.Test, Popularity.Fit(data.Train, data.Catalog).Rank, length));
        Add(SystemNames.NamedTogether, Baselines.Lists(data.Test, NamedTogether.Fit(data.Train, data.Catalog).Rank, length));
        Add(SystemNames.Repeater, Baselines.Repeater(data.Test, data.Catalog, length));
    }

    /// <summary>Adds the teacher's own lists, linked to the catalog.</summary>
    public void Add(ITeacher teacher, DemonstrationOptions options)
    {
        var zeroShot = _ml.Transforms.ConvRec
            .BuildDemonstrations(_data.Catalog, teacher, options with { Steps = DemonstrationSteps.None })
            .Fit(_ml.Data.LoadDialogues(_data.Train))
            .Transform(_ml.Data.LoadDialogues(_data.Test));
        var lines = zeroShot.GetColumn<string[]>(ConvRecColumns.Demonstration);
        Add(SystemNames.Teacher, _data.Test.Zip(lines, (dialogue, list) => new RecommendationList(dialogue.Id, [.. list.Select(Line)])), teacher.IsSimulated ? "simulated" : null);

        static Recommendation Line(string line, int index)
        {
            var item = ListLine.Parse(line)!;
            return new Recommendation(index + 1, item.Title, item.Year, 1.0 / (index + 1));
        }
    }

    /// <summary>Adds a trained model, scored as a host would score it.</summary>
    public void Add(string name, ITransformer model) => Add(name, model.Transform(_ml.Data.LoadDialogues(_data.Test)).ReadRecommendations());

    /// <summary>Shows the table, what systems have over others, and a few dialogues with their lists.</summary>
    public void Show(Display display)
    {
        display.Systems(Shown, [.. _systems.Select(system => new SystemRow(
            system.Summary.Note is { } note ? $"{system.Name} ({note})" : system.Name,
            [.. Shown.Select(metric => Interval(system.Metrics[metric]))]))]);
        display.Comparisons([.. Comparisons().Select(c => new ComparisonRow(c.A, c.B, c.Metric, new Interval(c.Difference, c.Low, c.High), c.P))]);
        var trained = _systems[^1].Metrics;
        display.Line($"{SystemNames.RankGrpo}: in the catalog {trained[MetricNames.InCatalog].Mean:P0}, repeats {trained[MetricNames.Repeats].Mean:P0}.");
        foreach (var dialogue in _data.Test.Take(Examples))
            display.Example(Example(dialogue), ExampleRanks);
    }

    /// <summary>Returns the report that is written to metrics.json.</summary>
    public MetricsReport Report(int seed) => new()
    {
        Dataset = _data.Name,
        Seed = seed,
        Systems = [.. _systems.Select(system => system.Summary)],
        Comparisons = [.. Comparisons()],
    };

    /// <summary>Returns what <c>report.html</c> begins with: the systems, and what the policy imitates.</summary>
    /// <param name="builder">Makes the demonstrations of test, which need the teacher.</param>
    public ReportFindings Findings(DemonstrationTransformer builder)
    {
        RecommendationList[] demonstrated = [.. builder.BuildAsync(_data.Test).ToBlockingEnumerable().Select(demonstration => new RecommendationList(demonstration.Id, demonstration.Items))];
        SystemRun imitated = new(PlainNames.Demonstrations, demonstrated, Evaluate(PlainNames.Demonstrations, demonstrated));
        List<SystemRun> rows = [.. _systems.Select(system => new SystemRun(system.Name, _lists[system.Name], system))];
        rows.Insert(rows.FindIndex(row => row.Name == SystemNames.Teacher) + 1, imitated);
        return new RunFindings(_data, rows, _options, dialogue => new HitReasons(builder.ExplainAsync(dialogue).AsTask().GetAwaiter().GetResult())).Findings();
    }

    private void Add(string name, IEnumerable<RecommendationList> lists, string? note = null)
    {
        _lists[name] = [.. lists];
        var evaluation = Evaluate(name, _lists[name]);
        _systems.Add(evaluation with { Summary = evaluation.Summary with { Note = note } });
    }

    private SystemEvaluation Evaluate(string name, IReadOnlyList<RecommendationList> lists) =>
        RecommendationEvaluator.Evaluate(name, lists, _data.Test, _data.Catalog, _options);

    private IEnumerable<MetricComparison> Comparisons()
    {
        (string A, string B)[] pairs =
        [
            (SystemNames.Sft, SystemNames.Popularity),
            (SystemNames.RankGrpo, SystemNames.Sft),
            (SystemNames.RankGrpo, SystemNames.Popularity),
            (SystemNames.RankGrpo, SystemNames.Teacher),
            (SystemNames.RankGrpo, SystemNames.NamedTogether),
        ];
        return pairs.SelectMany(pair => Shown.Select(metric => PairedComparison.Of(System(pair.A), System(pair.B), metric, _options)));

        SystemEvaluation System(string name) => _systems.Single(system => system.Name == name);
    }

    private ExampleRow Example(Dialogue dialogue)
    {
        var matcher = new TitleMatcher(_data.Catalog);
        string[] shown = [SystemNames.Teacher, SystemNames.Sft, SystemNames.RankGrpo];
        return new ExampleRow(dialogue, [.. shown.Select(name =>
        {
            var list = _lists[name].Single(list => list.Id == dialogue.Id).Recommendations;
            return new ExampleList(name, list, matcher.Hits([.. list.Select(line => new ItemReference(line.Title, line.Year))], dialogue.Seen ?? [], dialogue.GroundTruth));
        })]);
    }

    private static Interval Interval(Estimate estimate) => new(estimate.Mean, estimate.Low ?? estimate.Mean, estimate.High ?? estimate.Mean);
}
