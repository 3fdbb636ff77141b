using MLNet.ConvRec.Dialogues;

namespace Microsoft.ML;

/// <summary>Dialogues as an <see cref="IDataView"/> and back; the columns are those of <see cref="ConvRecColumns"/>.</summary>
public static class DialogueDataViewExtensions
{
    /// <summary>
    /// Loads dialogues from a file: JSONL, plain or gzip, or Parquet. Lazy: each pass reads the file anew, in constant memory.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="path">The file, in the form that <see cref="DialogueFile"/> reads.</param>
    /// <param name="options">What to do with malformed lines; by default the first one throws while the rows are read.</param>
    /// <exception cref="FileNotFoundException">There is no such file; thrown at the call.</exception>
    public static IDataView LoadDialogues(this DataOperationsCatalog catalog, string path, DialogueReadOptions? options = null) =>
        catalog.LoadDialogues(DialogueFile.Read(path, options));

    /// <summary>Shows dialogues as rows. Lazy: each pass enumerates them anew.</summary>
    /// <param name="catalog"><c>mlContext.Data</c>.</param>
    /// <param name="dialogues">The dialogues; a sequence that can be enumerated more than once.</param>
    public static IDataView LoadDialogues(this DataOperationsCatalog catalog, IEnumerable<Dialogue> dialogues)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(dialogues);
        return catalog.LoadFromEnumerable(dialogues.Select(DialogueRow.From));
    }

    /// <summary>Reads the dialogues back, one by one. Rows without the columns of seen, candidate or true items have none given.</summary>
    /// <param name="view">
    /// Rows with at least <see cref="ConvRecColumns.Id"/>, <see cref="ConvRecColumns.Roles"/> and <see cref="ConvRecColumns.Texts"/>.
    /// </param>
    /// <exception cref="ArgumentException">One of these columns is missing.</exception>
    public static IEnumerable<Dialogue> ReadDialogues(this IDataView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        foreach (var column in (ReadOnlySpan<string>)[ConvRecColumns.Id, ConvRecColumns.Roles, ConvRecColumns.Texts])
        {
            if (view.Schema.GetColumnOrNull(column) is null)
                throw new ArgumentException($"There is no column {column}; load the data with mlContext.Data.LoadDialogues.", nameof(view));
        }

        return new MLContext().Data
            .CreateEnumerable<DialogueRow>(view, reuseRowObject: false, ignoreMissingColumns: true)
            .Select(row => row.ToDialogue());
    }
}
