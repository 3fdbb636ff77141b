using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>Goes through given rows and, where they are wanted, through the lists of their dialogues beside them.</summary>
internal sealed class RecommendedRowCursor : DataViewRowCursor
{
    private readonly DataViewSchema _given;
    private readonly DataViewRowCursor _rows;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _readId;
    private readonly Func<IListsAhead>? _begin;
    private IListsAhead? _lists;
    private RecommendationList? _list;

    /// <summary>Opens a cursor over the given rows; begins nothing yet.</summary>
    /// <param name="input">The given rows, whose columns stand first in the schema.</param>
    /// <param name="needed">Indices of the columns that will be read.</param>
    /// <param name="schema">The given columns and the added ones.</param>
    /// <param name="begin">Begins the lists, or <see langword="null"/> if no added column will be read.</param>
    public RecommendedRowCursor(IDataView input, HashSet<int> needed, DataViewSchema schema, Func<IListsAhead>? begin)
    {
        (_given, Schema, _begin) = (input.Schema, schema, begin);
        var active = _given.Where(column => needed.Contains(column.Index));
        var id = _given[ConvRecColumns.Id];
        _rows = input.GetRowCursor(begin is null ? active : active.Append(id).DistinctBy(column => column.Index));
        _readId = begin is null ? null : _rows.GetGetter<ReadOnlyMemory<char>>(id);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _rows.Position;

    public override long Batch => _rows.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < _given.Count ? _rows.IsColumnActive(_given[column.Index]) : _begin is not null;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _rows.GetIdGetter();

    public override bool MoveNext()
    {
        if (!_rows.MoveNext())
            return false;
        if (_begin is null || _readId is null)
            return true;
        _lists ??= _begin();
        _list = _lists.Next();
        var id = default(ReadOnlyMemory<char>);
        _readId(ref id);
        return id.Span.SequenceEqual(_list?.Id)
            ? true
            : throw new InvalidOperationException(
                $"Two passes over the rows differ: dialogue {id} in one, {_list?.Id ?? "none"} in the other; "
                + "give rows that stay the same, or keep them with mlContext.Data.Cache.");
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index < _given.Count)
            return _rows.GetGetter<TValue>(_given[column.Index]);
        if (_begin is null)
            throw new InvalidOperationException($"Column {column.Name} is not active; name it among those that the cursor is opened with.");
        Delegate getter = column.Name switch
        {
            ConvRecColumns.Recommendations => Vector(line => ListLine.Format(line.Title, line.Year).AsMemory()),
            ConvRecColumns.RecommendationTitles => Vector(line => line.Title.AsMemory()),
            ConvRecColumns.RecommendationYears => Vector(line => line.Year ?? 0),
            _ => Vector(line => (float)line.Score),
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column {column.Name} holds {column.Type}, not {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lists?.Dispose();
            _lists = null;
            _rows.Dispose();
        }

        base.Dispose(disposing);
    }

    private ValueGetter<VBuffer<T>> Vector<T>(Func<Recommendation, T> value) => (ref VBuffer<T> vector) =>
    {
        T[] values = [.. (_list?.Recommendations ?? []).Select(value)];
        vector = new VBuffer<T>(values.Length, values);
    };
}
