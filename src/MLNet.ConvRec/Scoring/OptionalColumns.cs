using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>A recommender for rows that lack the columns of candidates: they are added, empty, before it is asked.</summary>
/// <remarks>
/// A custom mapping wants all columns that it reads, and ML.NET lets no other assembly register a stage that doesn't. So the saved form
/// holds the recommender alone, and what <c>mlContext.Model.Load</c> gives wants the columns;
/// <c>mlContext.Data.LoadDialogues(rows.ReadDialogues())</c> makes rows that have them all.
/// </remarks>
internal sealed class OptionalColumns(TransformsCatalog transforms, ITransformer recommender) : ITransformer, IDisposable
{
    /// <summary>The chain that is asked.</summary>
    public ITransformer Recommender => recommender;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => recommender.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => For(inputSchema).GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return For(input.Schema).Transform(input);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => For(inputSchema).GetRowToRowMapper(inputSchema);

    public void Dispose() => (recommender as IDisposable)?.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)recommender).Save(ctx);

    // Both or neither: one alone is a mistake that the recommender tells of.
    private ITransformer For(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        string[] columns = [ConvRecColumns.CandidateTitles, ConvRecColumns.CandidateYears];
        if (columns.Any(column => schema.GetColumnOrNull(column) is not null))
            return recommender;
        var rows = new MLContext().Data.LoadDialogues([]);
        var added = transforms.CustomMapping<Row, Candidates>((_, _) => { }, contractName: null).Fit(rows);
        return new TransformerChain<ITransformer>(added, recommender);
    }

    // ML.NET wants a column to read; every dialogue has this one.
    internal sealed class Row
    {
        public ReadOnlyMemory<char> Id { get; set; }
    }

    internal sealed class Candidates
    {
        public string[] CandidateTitles { get; set; } = [];

        public int[] CandidateYears { get; set; } = [];
    }
}
