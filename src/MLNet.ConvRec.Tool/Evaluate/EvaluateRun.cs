using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>Evaluates files of recommendations and prints the table.</summary>
internal static class EvaluateRun
{
    private const string Pooled = "pooled";

    private static readonly string[] Compared = [MetricNames.Recall(20), MetricNames.Ndcg(20)];

    /// <summary>Prints the table and the comparisons, and writes the report if one is asked for.</summary>
    /// <returns>The exit code 0: all systems were evaluated and the report is whole.</returns>
    public static int Run(EvaluateOptions options, TextWriter output, CancellationToken cancellation)
    {
        options.Validate();
        var catalog = ItemCatalog.Load(options.Catalog);
        var dialogues = Dialogues(options.Dialogues);
        var evaluation = new EvaluationOptions { Protocol = options.Protocol, ResampleBy = options.ResampleBy };
        NamedRuns[] given = [.. RecommendationFiles.Open(options.Recommendations)];
        List<SystemEvaluation> systems = [.. given.Select(system => Evaluate(system, dialogues, catalog, evaluation, cancellation))];
        NamedLists[] named = [.. given.SelectMany(system => system.Runs)], judged = named;
        var comparisons = options.Pool ? [] : Comparisons(systems, evaluation);
        SystemMetrics[] rows = [.. systems.Select(system => system.Summary)];
        if (options.Pool)
            rows = [.. rows, PooledRuns.Of(Pooled, systems, evaluation)];
        var train = options.Train is { } path ? Dialogues(path) : null;
        if (train is not null)
        {
            named = [.. named, .. BaselineRows.Of(train, dialogues, catalog)];
            rows = [.. rows, .. named.Skip(judged.Length).Select(lists => Evaluate(lists, dialogues, catalog, evaluation, cancellation).Summary)];
        }

        var strata = options.Strata ? StrataTables.Of(EvaluationStrata.Of(dialogues, catalog, train), named, catalog, evaluation) : null;
        var calibration = options.Calibration ? judged.Select(lists => Named(lists, () => ScoreCalibration.Of(lists.Name, lists.Lists, dialogues, catalog))).ToArray() : null;
        Print(output, rows, comparisons);
        StrataTables.Print(output, strata ?? []);
        CalibrationTables.Print(output, calibration ?? []);
        if (options.Json is { } json)
        {
            (Report(options, rows, comparisons) with { Strata = strata, Calibration = calibration }).Write(json);
            output.WriteLine($"{json}: written.");
        }

        if (options.Trec is { } folder)
        {
            TrecFolder.Write(folder, named, dialogues, catalog, evaluation);
            output.WriteLine($"{folder}: qrels and {named.Length} runs written.");
        }

        return 0;
    }

    private static Dialogue[] Dialogues(string path)
    {
        Dialogue[] dialogues = [.. DialogueFile.Read(path)];
        if (dialogues.Length == 0)
            throw new InvalidDataException($"{path}: there is no dialogue; give at least one line.");
        return dialogues.CountBy(dialogue => dialogue.Id).FirstOrDefault(id => id.Value > 1).Key is not { } twice
            ? dialogues
            : throw new InvalidDataException($"{path}: the dialogue id \"{twice}\" stands twice; give each dialogue its own.");
    }

    private static SystemEvaluation Evaluate(
        NamedRuns system, IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog, EvaluationOptions options, CancellationToken cancellation)
    {
        SystemEvaluation[] runs = [.. system.Runs.Select(run => Evaluate(run, dialogues, catalog, options, cancellation))];
        return runs.Length == 1 ? runs[0] : PooledRuns.Evaluate(system.Name, runs, options);
    }

    private static SystemEvaluation Evaluate(
        NamedLists system, IReadOnlyList<Dialogue> dialogues, ItemCatalog catalog, EvaluationOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Named(system, () => RecommendationEvaluator.Evaluate(system.Name, system.Lists, dialogues, catalog, options));
    }

    // What is wrong with lists is told with their file.
    private static T Named<T>(NamedLists system, Func<T> of)
    {
        try
        {
            return of();
        }
        catch (InvalidDataException problem) when (system.Path is { } path && !problem.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: {problem.Message}", problem);
        }
    }

    private static IReadOnlyList<MetricComparison> Comparisons(List<SystemEvaluation> systems, EvaluationOptions options)
    {
        MetricComparison[] pairs =
        [
            .. from system in systems.Skip(1)
               from metric in Compared
               where system.Metrics.ContainsKey(metric)
               select PairedComparison.Of(system, systems[0], metric, options),
        ];
        return HolmCorrection.Adjust(pairs);
    }

    private static void Print(TextWriter output, SystemMetrics[] rows, IReadOnlyList<MetricComparison> comparisons)
    {
        output.Write(EvaluationTable.Render(rows));
        foreach (var system in rows.Where(system => system.WithoutList > 0))
        {
            output.WriteLine(
                $"{system.Name}: {system.WithoutList:N0} of {system.Dialogues:N0} dialogues have no list, which counts as an empty one.");
        }

        if (rows[0] is { Conversations: { } conversations } sized)
        {
            output.WriteLine(
                $"{sized.Dialogues:N0} dialogues of {conversations:N0} conversations: intervals and tests take each conversation as a whole.");
        }

        if (rows[0] is { WithoutGroundTruth: > 0 and var without } first)
            output.WriteLine($"{without:N0} of {first.Dialogues:N0} dialogues have no ground truth and count in no accuracy metric.");
        foreach (var pair in comparisons)
        {
            output.WriteLine(
                $"{pair.A} over {pair.B}, {pair.Metric}: {Signed(pair.Difference)} [{Signed(pair.Low)}, {Signed(pair.High)}], "
                + $"p {Chance(pair.P)}, of {comparisons.Count} comparisons (Holm) p {Chance(pair.PHolm)}");
        }
    }

    private static string Chance(double? p) => p < 0.001 ? "< 0.001" : $"= {p:F3}";

    private static string Signed(double value) => value.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);

    private static MetricsReport Report(
        EvaluateOptions options, SystemMetrics[] rows, IReadOnlyList<MetricComparison> comparisons) => new()
        {
            Dataset = DatasetOf(options.Dialogues),
            Systems = rows,
            Comparisons = comparisons,
        };

    // ../shared/data/dialogues/redial/test.jsonl is redial/test.
    private static string DatasetOf(string path) =>
        $"{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)))}/{Path.GetFileName(RecommendationFiles.WithoutExtension(path))}".TrimStart('/');
}
