using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace Microsoft.ML;

/// <summary>Ranked lists out of scored rows.</summary>
public static class RecommendationDataViewExtensions
{
    private static readonly string[] Columns =
        [ConvRecColumns.Id, ConvRecColumns.RecommendationTitles, ConvRecColumns.RecommendationYears, ConvRecColumns.RecommendationScores];

    /// <summary>Reads the ranked list of each row. Lazy: rows are scored as they are enumerated, one at a time.</summary>
    /// <param name="scored">Rows that a recommender has transformed, with the columns of <see cref="ConvRecColumns"/> that it adds.</param>
    /// <exception cref="ArgumentException">A column is missing; the sentence names it. Thrown at the call.</exception>
    public static IEnumerable<RecommendationList> ReadRecommendations(this IDataView scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        var columns = new List<DataViewSchema.Column>();
        foreach (var name in Columns)
        {
            columns.Add(scored.Schema.GetColumnOrNull(name)
                ?? throw new ArgumentException($"No column {name} in the rows; let a recommender transform them.", nameof(scored)));
        }

        return Read(scored, columns);
    }

    private static IEnumerable<RecommendationList> Read(IDataView scored, List<DataViewSchema.Column> columns)
    {
        using var cursor = scored.GetRowCursor(columns);
        var readId = cursor.GetGetter<ReadOnlyMemory<char>>(columns[0]);
        var readTitles = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(columns[1]);
        var readYears = cursor.GetGetter<VBuffer<int>>(columns[2]);
        var readScores = cursor.GetGetter<VBuffer<float>>(columns[3]);
        var id = default(ReadOnlyMemory<char>);
        var titles = default(VBuffer<ReadOnlyMemory<char>>);
        var years = default(VBuffer<int>);
        var scores = default(VBuffer<float>);
        while (cursor.MoveNext())
        {
            readId(ref id);
            readTitles(ref titles);
            readYears(ref years);
            readScores(ref scores);
            var lines = Lines([.. titles.DenseValues()], [.. years.DenseValues()], [.. scores.DenseValues()]);
            yield return new RecommendationList(id.ToString(), lines);
        }
    }

    private static Recommendation[] Lines(ReadOnlyMemory<char>[] titles, int[] years, float[] scores) =>
        [.. titles.Select((title, k) => new Recommendation(k + 1, title.ToString(), years[k] == 0 ? null : years[k], scores[k]))];
}
