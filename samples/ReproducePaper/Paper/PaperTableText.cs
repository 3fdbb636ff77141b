using System.Globalization;
using System.Text;
using MLNet.ConvRec.Evaluation;
using QuickStart;

namespace ReproducePaper.Paper;

/// <summary>Writes the table in Markdown, each row beside the paper's own.</summary>
internal sealed class PaperTableText(QuickStartData data, Splits splits, KeptRuns runs, string? folder)
{
    private static readonly string[] Compared = [MetricNames.Ndcg(20), MetricNames.Recall(20)];
    private static readonly string[] Published = [MetricNames.Recall(5), MetricNames.Recall(20), MetricNames.Ndcg(5), MetricNames.Ndcg(20)];

    /// <summary>Writes it.</summary>
    public string Write(IReadOnlyList<TableRow> rows, IReadOnlyList<MetricComparison> comparisons)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {data.Name}: the paper's table\n\n{About()}\n\n");
        Table(text, rows);
        OutOfCatalog(text, rows);
        HeOf2023(text);
        Pairs(text, comparisons);
        return text.ToString();
    }

    private string About()
    {
        var split = ReferenceEquals(splits.Reported, data.Test) ? "test" : "valid, less those that were tuned on";
        var people = data.IsSimulated ? "People and their choices are simulated." : "People and their choices are real.";
        return FormattableString.Invariant($"""
            {splits.Reported.Count:N0} dialogues of {split}, the same for all rows. {people}
            Runs: {runs.Setting ?? "none"}.
            `gain` is the relative gain in NDCG@20 over sft, here and in the paper.
            The paper's figures are of Reddit-v2, Qwen2.5-0.5B and GPT-4o (Table 1 and its ablation, as a published summary quotes them).
            """).ReplaceLineEndings("\n");
    }

    private static void Table(StringBuilder text, IReadOnlyList<TableRow> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"| row | {string.Join(" | ", Comparison.Metrics)} | gain | paper: {string.Join(" | ", Published)} | gain | what |\n| --- |{Columns(Comparison.Metrics.Count + 1 + Published.Length + 1)} --- |\n");
        var sft = rows.Single(row => row.Name == PaperRow.Sft).Metrics?[MetricNames.Ndcg(20)].Mean;
        var paperSft = PaperFigures.Of(PaperRow.Sft)[MetricNames.Ndcg(20)];
        foreach (var row in rows)
        {
            var paper = PaperFigures.Of(row.Name);
            double? ours = row.Metrics?[MetricNames.Ndcg(20)].Mean;
            double? theirs = paper.TryGetValue(MetricNames.Ndcg(20), out var value) ? value : null;
            string[] cells = [.. Comparison.Metrics.Select(metric => Figure(row.Metrics?[metric].Mean)), Gain(row.Name, ours, sft), .. Published.Select(metric => Figure(paper.TryGetValue(metric, out var figure) ? figure : null)), Gain(row.Name, theirs, paperSft)];
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {string.Join(" | ", cells)} | {row.Note} |\n");
        }

        text.Append('\n');
    }

    private static void OutOfCatalog(StringBuilder text, IReadOnlyList<TableRow> rows)
    {
        text.Append("## Sampled lines outside the catalog\n\nUnder the catalog mask, as in all rows but those of free sampling, there are none.\n");
        var free = rows.Where(row => row.OutOfCatalog.Count > 0).ToArray();
        if (free.Length == 0)
        {
            text.Append("Free sampling was not run.\n\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n| by tenth of the run | {string.Join(" | ", Enumerable.Range(1, 10))} |\n| --- |{Columns(10)}\n");
        foreach (var row in free)
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {string.Join(" | ", row.OutOfCatalog.Select(share => FormattableString.Invariant($"{share:0.0%}")))} |\n");
        text.Append('\n');
    }

    // What a real model reached on this data, as published: another protocol and the whole test split.
    private void HeOf2023(StringBuilder text)
    {
        var path = folder is null ? null : Path.Combine(folder, "published", "he2023-zero-shot.csv");
        if (path is null || !File.Exists(path))
            return;
        var figures = File.ReadLines(path).Skip(1).Select(line => line.Split(',')).Where(cells => cells is [var dataset, "gpt-4", "1", "1", "recommendation", _, _, _, ..] && dataset == data.Name)
            .ToDictionary(cells => $"{cells[5]}@{cells[6]}", cells => double.Parse(cells[7], CultureInfo.InvariantCulture));
        if (Comparison.Metrics.All(figures.ContainsKey))
        {
            text.Append("## GPT-4 zero-shot, as published\n\nHe et al. 2023, the whole test split, by their own protocol: not to be set beside the rows above to the digit.\n\n");
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Comparison.Metrics)} |\n|{Columns(Comparison.Metrics.Count)}\n| {string.Join(" | ", Comparison.Metrics.Select(metric => Figure(figures[metric])))} |\n\n");
        }
    }

    private static void Pairs(StringBuilder text, IReadOnlyList<MetricComparison> comparisons)
    {
        if (comparisons.Count == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"## Paired differences\n\nOf a dialogue's mean over seeds; intervals resample conversations; p is Wilcoxon's by conversation, after Holm over all {comparisons.Count} comparisons of\n`table.json`. Where a row is of the kept table, both are by dialogue.\n\n| | ndcg@20 | p | recall@20 | p |\n| --- | ---: | ---: | ---: | ---: |\n");
        foreach (var pair in comparisons.GroupBy(pair => (pair.A, pair.B)))
        {
            var cells = Compared.Select(metric => pair.Single(one => one.Metric == metric))
                .Select(one => FormattableString.Invariant($"{one.Difference:+0.0000;-0.0000} [{one.Low:+0.0000;-0.0000}, {one.High:+0.0000;-0.0000}] | {(one.P < 1e-4 ? "<.0001" : FormattableString.Invariant($"{one.P:.0000}"))}"));
            text.Append(CultureInfo.InvariantCulture, $"| {pair.Key.A} over {pair.Key.B} | {string.Join(" | ", cells)} |\n");
        }
    }

    private static string Figure(double? value) => value is { } known ? FormattableString.Invariant($"{known:.0000}") : "";

    private static string Gain(string row, double? value, double? sft) =>
        row != PaperRow.Sft && value is { } known && sft is > 0 and { } start ? FormattableString.Invariant($"{(known / start) - 1:+0%;-0%}") : "";

    private static string Columns(int count) => string.Concat(Enumerable.Repeat(" ---: |", count));
}
