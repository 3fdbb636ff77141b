using System.Text.Json;
using MLNet.ConvRec.Evaluation;
using QuickStart;

namespace ReproducePaper.Paper;

/// <summary>The paper's table of kept runs; nothing is trained for it.</summary>
internal sealed class PaperTable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };

    private PaperTable(IReadOnlyList<TableRow> rows, IReadOnlyList<MetricComparison> comparisons, PaperTableText text) => (Rows, Comparisons, Text) = (rows, comparisons, text.Write(rows, comparisons));

    /// <summary>The rows, first the paper's in their order.</summary>
    public IReadOnlyList<TableRow> Rows { get; }

    /// <summary>Paired differences; their p is Holm's, over all of them.</summary>
    public IReadOnlyList<MetricComparison> Comparisons { get; }

    /// <summary>The table in Markdown.</summary>
    public string Text { get; }

    /// <summary>Makes the table.</summary>
    /// <param name="data">The data.</param>
    /// <param name="recipe">How it is divided, and how demonstrations are built.</param>
    /// <param name="options">Where runs are kept.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">A kept run is of other dialogues, or of another setting than the others.</exception>
    public static PaperTable Of(QuickStartData data, Recipe recipe, Options options, CancellationToken cancellation)
    {
        var splits = Splits.Of(data, recipe);
        var source = options.Runs ?? (Directory.Exists(Path.Combine(options.Output, "runs")) ? options.Output : null);
        var runs = source is null ? KeptRuns.None : KeptRuns.Read(source, data, recipe, splits.Reported);
        var kept = options.KeptTable is { } path ? KeptTable.Read(path, data.Name, splits.Reported.Count, runs) : null;
        var recorded = options.Data is { } folder ? Path.Combine(folder, "teacher") : null;
        var untrained = UntrainedRows.Of(data, splits, recipe, recorded, cancellation).ToDictionary(row => row.Name);
        TableRow[] paper = [.. PaperRow.All.Select(row => row.Method is null ? Untrained(row) : Trained(row))];
        var others = untrained.Values.Where(row => PaperRow.All.All(known => known.Name != row.Name)).Select(row => new TableRow(row.Name, row.System, row.System.Metrics, row.Note));
        TableRow[] rows = [.. paper, .. others];
        return new PaperTable(rows, Compared(rows, kept), new PaperTableText(data, splits, runs, options.Data));

        TableRow Untrained(PaperRow row) => untrained.TryGetValue(row.Name, out var made)
            ? new TableRow(row.Name, made.System, made.System.Metrics, made.Note)
            : new TableRow(row.Name, null, null, row.Name == PaperRow.Crag
                ? "not run: it asks a language model several times a dialogue; `mlContext.Transforms.ConvRec.Crag` does"
                : $"not run: no recorded lists of a real model for {data.Name}");

        TableRow Trained(PaperRow row)
        {
            if (runs.Of(row.Method!) is { Count: > 0 } own)
                return Pooled(row.Name, own, Seeds(own.Count));
            if (kept?.Rows.FirstOrDefault(other => other.Name == row.Method) is { } mean)
                return new TableRow(row.Name, null, mean.Metrics, $"{Seeds(mean.Seeds)}; of the kept table, where intervals are over dialogues");
            if (row.Name == PaperRow.Gspo && runs.Of("grpo:1") is { Count: > 0 } same)
                return Pooled(row.Name, same, "GRPO's runs: with one update both have the same gradient") with { IsBorrowed = true };
            if (row.Name == PaperRow.WithoutReflect && !recipe.IsJudged && runs.Of(Ablation.Whole) is { Count: > 0 } whole)
                return Pooled(row.Name, whole, "the runs of sft: nobody graded, so that Reflect did nothing") with { IsBorrowed = true };
            var how = row.Method == Ablation.Whole ? "" : $": `{(row.Name == PaperRow.WithoutReflect ? "--judge world " : "")}--methods {row.Method}`";
            return new TableRow(row.Name, null, null, $"not run{how}");
        }

        TableRow Pooled(string name, IReadOnlyList<RunRecord> own, string note)
        {
            var system = SeedMean.Of(name, own, splits.Reported);
            var outside = own.All(run => run.OutOfCatalog is { Count: > 0 }) ? ResultTable.Tenths(own, run => run.OutOfCatalog!) : [];
            return new TableRow(name, system, system.Metrics, note) { OutOfCatalog = outside };
        }
    }

    /// <summary>Writes <c>table.json</c> and <c>table.md</c>, each whole or not at all.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The Markdown.</returns>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var content = new
        {
            Rows = Rows.Select(row => new { row.Name, Metrics = row.Metrics is { } all ? Comparison.Metrics.ToDictionary(metric => metric, metric => all[metric]) : null }),
            Comparisons = Comparisons.Select(pair => new { pair.A, pair.B, pair.Metric, pair.Difference, pair.Low, pair.High, pair.P }),
        };
        Whole(Path.Combine(folder, "table.json"), $"{JsonSerializer.Serialize(content, Json)}\n");
        Whole(Path.Combine(folder, "table.md"), Text);
        return Text;

        static void Whole(string path, string text)
        {
            File.WriteAllText(path + ".partial", text);
            File.Move(path + ".partial", path, overwrite: true);
        }
    }

    // A row of another's runs has nothing to be compared that isn't already. Where the values by dialogue are gone, the kept table's difference stands in, if it has one.
    private static MetricComparison[] Compared(IReadOnlyList<TableRow> rows, KeptTable? kept)
    {
        var byName = rows.ToDictionary(row => row.Name);
        var methods = PaperRow.All.ToDictionary(row => row.Name, row => row.Method);
        var compared = PaperRow.Pairs.SelectMany(pair => Comparison.Metrics.Select(metric => Of(byName[pair.A], byName[pair.B], metric))).OfType<MetricComparison>();
        return [.. HolmCorrection.Adjust([.. compared]).Select(pair => pair with { P = pair.PHolm!.Value })];

        MetricComparison? Of(TableRow a, TableRow b, string metric)
        {
            if (a.IsBorrowed || b.IsBorrowed)
                return null;
            if (a.System is { } one && b.System is { } other)
                return PairedComparison.Of(one, other, metric);
            return kept?.Comparisons.FirstOrDefault(pair => pair.A == methods[a.Name] && pair.B == methods[b.Name] && pair.Metric == metric) is { } known
                ? known with { A = a.Name, B = b.Name }
                : null;
        }
    }

    private static string Seeds(int count) => count == 1 ? "one seed" : FormattableString.Invariant($"{count} seeds");
}
