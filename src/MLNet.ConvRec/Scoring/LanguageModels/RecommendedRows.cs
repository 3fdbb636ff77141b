using Microsoft.ML;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>Rows with the columns of recommendations added, in the order of the given rows.</summary>
/// <remarks>
/// ML.NET's row mapping makes one row after the other; here lists are asked for ahead, by a second cursor over the same rows. Nobody is
/// asked before a row is read, nor where none of the added columns is wanted; each pass asks anew.
/// </remarks>
internal sealed class RecommendedRows(IDataView input, DataViewSchema schema, Func<AskedAhead> ask) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        var isAsked = needed.Any(index => index >= input.Schema.Count);
        return new RecommendedRowCursor(input, needed, schema, isAsked ? ask : null);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
