using System.Text.Json;
using MLNet.ConvRec.Evaluation;

namespace ReproducePaper.Paper;

/// <summary>A table that a comparison wrote, kept where runs of it were not: means without values by dialogue.</summary>
internal sealed record KeptTable
{
    private const double Rounding = 1e-9;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The data's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>How many dialogues it is of.</summary>
    public required int Dialogues { get; init; }

    /// <summary>The methods.</summary>
    public required IReadOnlyList<KeptRow> Rows { get; init; }

    /// <summary>Their differences.</summary>
    public required IReadOnlyList<MetricComparison> Comparisons { get; init; }

    /// <summary>Reads the table, and sees that it is of the same dialogues and start as the runs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataset">The data's name.</param>
    /// <param name="dialogues">How many dialogues are reported on.</param>
    /// <param name="runs">The runs beside it.</param>
    /// <exception cref="InvalidDataException">It isn't.</exception>
    public static KeptTable Read(string path, string dataset, int dialogues, KeptRuns runs)
    {
        var table = Parse(path);
        if (table.Dataset != dataset || table.Dialogues != dialogues)
            throw new InvalidDataException($"{path} is of {table.Dialogues:N0} dialogues of {table.Dataset}, and the table is made of {dialogues:N0} of {dataset}; give a --kept-table of the same.");
        foreach (var row in table.Rows)
        {
            if (runs.Of(row.Name) is not { Count: > 0 } kept)
                continue;
            foreach (var (metric, estimate) in row.Metrics)
            {
                var mean = kept.Average(run => run.Values![metric].Average());
                if (Math.Abs(mean - estimate.Mean) > Rounding)
                    throw new InvalidDataException(FormattableString.Invariant($"{path} has {metric} {estimate.Mean:0.00000} of {row.Name}, and its runs have {mean:0.00000}: they are not of one comparison; give the --kept-table and the --runs of one."));
            }
        }

        return table;
    }

    private static KeptTable Parse(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}; --kept-table must name a table.json that a comparison wrote.", path);
        try
        {
            return JsonSerializer.Deserialize<KeptTable>(File.ReadAllText(path), Json)!;
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is no table that a comparison wrote ({problem.Message}); give its table.json.", problem);
        }
    }

    /// <summary>A method's means.</summary>
    /// <param name="Name">The method with μ.</param>
    /// <param name="Seeds">How many seeds it was run with.</param>
    /// <param name="Metrics">Means with their intervals.</param>
    internal sealed record KeptRow(string Name, int Seeds, IReadOnlyDictionary<string, Estimate> Metrics);
}
