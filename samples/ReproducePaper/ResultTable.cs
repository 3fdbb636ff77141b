using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLNet.ConvRec.Evaluation;
using QuickStart;
using QuickStart.Page;

namespace ReproducePaper;

/// <summary>A method's row: its metrics over seeds and dialogues.</summary>
/// <param name="Name">The method with μ.</param>
/// <param name="Rate">The learning rate that did best on the tuning dialogues.</param>
/// <param name="Seeds">How many seeds it was run with.</param>
/// <param name="Metrics">Mean over seeds and dialogues; the interval is over dialogues, of the mean over seeds.</param>
/// <param name="SeedDeviation">Standard deviation over seeds of the mean over dialogues.</param>
/// <param name="SampledRecall">Recall of sampled lists by tenth of the run, mean over seeds.</param>
/// <param name="TuningNdcg">NDCG@20 on the tuning dialogues by look, mean over seeds.</param>
internal sealed record ResultRow(
    string Name, double Rate, int Seeds, IReadOnlyDictionary<string, Estimate> Metrics, IReadOnlyDictionary<string, double> SeedDeviation,
    IReadOnlyList<double> SampledRecall, IReadOnlyList<double> TuningNdcg)
{
    /// <summary>Share of freely sampled lines outside the catalog by tenth of the run, mean over seeds; absent under the catalog mask.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? OutOfCatalog { get; init; }

    /// <summary>How high the true items stand that lists hold, mean over seeds; <see langword="null"/> where no list has a hit.</summary>
    [JsonIgnore]
    public double? FoundOrder { get; init; }

    /// <summary>The rate to read; nothing where none was chosen.</summary>
    [JsonIgnore]
    public string RateText => Rate > 0 ? FormattableString.Invariant($"{Rate:0.######}") : "";
}

/// <summary>Gathers runs into rows and compares them on the same dialogues.</summary>
internal sealed class ResultTable(QuickStartData data, Splits splits, Recipe recipe, Options options)
{
    private const int Phases = 10;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };
    private static readonly EvaluationOptions Evaluation = new();
    private readonly List<RunRecord> _runs = [];

    /// <summary>The number of runs.</summary>
    public int Count => _runs.Count;

    public void Add(RunRecord run) => _runs.Add(run);

    /// <summary>Writes rows and paired comparisons: <c>table.json</c>, <c>report.html</c>, and the reward curves alone, <c>rewards.svg</c> and <c>rewards-r1-zero.svg</c>.</summary>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, "table.json");
        var (rows, comparisons) = (Rows(), Comparisons());
        var recipeText = new { recipe.HeldOut, recipe.Rates, recipe.Training.RankGrpo.Steps, recipe.Training.RankGrpo.BatchSize, recipe.Training.RankGrpo.GroupSize, recipe.Training.RankGrpo.KlCoefficient, options.Seeds };
        var content = new { Dataset = data.Name, Simulated = data.IsSimulated, Dialogues = splits.Reported.Count, Recipe = recipeText, Rows = rows, Comparisons = comparisons };
        Directory.CreateDirectory(folder);
        File.WriteAllText(path + ".partial", JsonSerializer.Serialize(content, Json));
        File.Move(path + ".partial", path, overwrite: true);
        var simulated = data.IsSimulated ? "People and their choices are simulated; so is the teacher." : "The teacher is simulated; people and their choices are real.";
        var about = $"{splits.Reported.Count:N0} dialogues. {simulated} Intervals are over conversations, of the mean over seeds. Each method has its best rate of {string.Join(", ", recipe.Rates)} on {splits.Tuning.Count:N0} other dialogues. {(recipe.HasStartPerSeed ? "Each seed begins with an imitation of its own." : "All seeds begin with one imitation.")}";
        ComparisonPage.Write(Path.Combine(folder, "report.html"), $"{data.Name}: what reinforcement adds", $"{splits.Known.Count:N0} dialogues of {data.Name}", about, rows, comparisons, [new("data", data.Name), .. data.Hashes(), .. recipe.Facts, new("seeds", $"1 to {options.Seeds}")]);
        File.WriteAllText(Path.Combine(folder, "rewards.svg"), ComparisonPage.SampledRecall(rows));
        var fromScratch = Path.Combine(folder, "rewards-r1-zero.svg");
        File.Delete(fromScratch); // one of an earlier call with other methods
        if (ComparisonPage.SampledRecallFromScratch(rows) is { Length: > 0 } curves)
            File.WriteAllText(fromScratch, curves);
    }

    /// <summary>The table in Markdown.</summary>
    public string Text()
    {
        var text = new StringBuilder("| method:updates | rate | recall@5 | recall@10 | recall@20 | NDCG@5 | NDCG@10 | NDCG@20 |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var row in Rows())
        {
            string[] cells = [.. Comparison.Metrics.Select(metric => Cell(row.Metrics[metric]))];
            text.Append(FormattableString.Invariant($"| {row.Name} | {row.RateText} | {string.Join(" | ", cells)} |\n"));
        }

        text.Append('\n');
        foreach (var difference in Comparisons().Where(difference => difference.Metric == MetricNames.Ndcg(20)))
            text.Append(FormattableString.Invariant($"{difference.A} over {difference.B}: NDCG@20 {difference.Difference:+0.0000;-0.0000} [{difference.Low:+0.0000;-0.0000}, {difference.High:+0.0000;-0.0000}], p {difference.P:0.000}, Holm {difference.PHolm:0.000}\n"));
        return text.ToString();

        static string Cell(Estimate estimate) => FormattableString.Invariant($"{estimate.Mean:.0000} [{estimate.Low:.0000}, {estimate.High:.0000}]");
    }

    private ResultRow[] Rows() => [.. Groups().Select(runs => new ResultRow(
        runs[0].Name,
        runs[0].Rate,
        runs.Length,
        SeedMean.Of(runs[0].Name, runs, splits.Reported).Metrics,
        runs[0].Values!.Keys.ToDictionary(metric => metric, metric => Deviation([.. runs.Select(run => run.Values![metric].Average())])),
        Ablation.IsImitation(runs[0].Name) ? [] : Tenths(runs, run => run.Curve),
        [.. Enumerable.Range(0, runs.Min(run => run.Looks.Count)).Select(look => runs.Average(run => run.Looks[look]))])
    {
        OutOfCatalog = runs.All(run => run.OutOfCatalog is not null) ? Tenths(runs, run => run.OutOfCatalog!) : null,
        FoundOrder = runs.Average(Order),
    })];

    /// <summary>Means by tenth of the run, over runs.</summary>
    public static double[] Tenths(IReadOnlyList<RunRecord> runs, Func<RunRecord, IReadOnlyList<double>> curve) =>
        [.. Enumerable.Range(0, Phases).Select(phase => runs.Average(run => Phase(curve(run), phase)))];

    private double? Order(RunRecord run) =>
        FoundOrder.Of(run.Values![MetricNames.Recall(20)], run.Values[MetricNames.Ndcg(20)], [.. splits.Reported.Select(dialogue => dialogue.GroundTruth.Count)], 20);

    // Each against the start; and Rank-GRPO against the others with as many updates.
    private IReadOnlyList<MetricComparison> Comparisons()
    {
        var systems = Groups().Select(runs => SeedMean.Of(runs[0].Name, runs, splits.Reported)).ToArray();
        var pairs = systems.Where(system => system.Name != Ablation.Whole).SelectMany(system => systems.Where(other => other.Name == Ablation.Whole || IsRival(system.Name, other.Name)).Select(other => (system, other)));
        return HolmCorrection.Adjust([.. pairs.SelectMany(pair => pair.system.Values.Keys.Select(metric => PairedComparison.Of(pair.system, pair.other, metric, Evaluation)))]);

        static bool IsRival(string name, string other) =>
            name.Split(':') is [var method, var updates] && method.StartsWith("rank-grpo", StringComparison.Ordinal)
            && other.Split(':') is ["grpo" or "gspo", var others] && updates == others;
    }

    private IEnumerable<RunRecord[]> Groups() => _runs.GroupBy(run => run.Name).Select(group => group.ToArray());

    private static double Phase(IReadOnlyList<double> curve, int phase)
    {
        var (first, end) = (phase * curve.Count / Phases, Math.Max((phase + 1) * curve.Count / Phases, (phase * curve.Count / Phases) + 1));
        return curve.Skip(first).Take(end - first).Average();
    }

    private static double Deviation(double[] values)
    {
        if (values.Length < 2)
            return 0;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
