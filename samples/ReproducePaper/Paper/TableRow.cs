using MLNet.ConvRec.Evaluation;

namespace ReproducePaper.Paper;

/// <summary>A row of the table as it was filled.</summary>
/// <param name="Name">Its name.</param>
/// <param name="System">Values by dialogue; <see langword="null"/> where none were kept.</param>
/// <param name="Metrics">Means with intervals; <see langword="null"/> where it was not run.</param>
/// <param name="Note">What it is of, or why it was not run.</param>
internal sealed record TableRow(string Name, SystemEvaluation? System, IReadOnlyDictionary<string, Estimate>? Metrics, string Note)
{
    /// <summary>Whether its runs are those of another row.</summary>
    public bool IsBorrowed { get; init; }

    /// <summary>Share of freely sampled lines outside the catalog, by tenth of the run; empty under the catalog mask.</summary>
    public IReadOnlyList<double> OutOfCatalog { get; init; } = [];
}
