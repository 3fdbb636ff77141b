using Microsoft.ML;

namespace MLNet.ConvRec.Scoring;

/// <summary>Rows with the columns of recommendations added, in the order of the given rows.</summary>
/// <remarks>
/// ML.NET's row mapping makes one row after the other; here lists are made ahead, by a second cursor over the same rows. Nothing is
/// made before a row is read, nor where none of the added columns is wanted; each pass makes them anew.
/// </remarks>
internal sealed class RecommendedRows(IDataView input, DataViewSchema schema, Func<IListsAhead> begin) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        var isWanted = needed.Any(index => index >= input.Schema.Count);
        return new RecommendedRowCursor(input, needed, schema, isWanted ? begin : null);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
