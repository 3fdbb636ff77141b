using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace Microsoft.ML;

/// <summary>Ranked lists out of scored rows.</summary>
public static class RecommendationDataViewExtensions
{
    /// <summary>Reads the ranked list of each row. Lazy: rows are scored as they are enumerated, one at a time.</summary>
    /// <param name="scored">Rows that a recommender has transformed: the columns of <see cref="ConvRecColumns"/> from <see cref="ConvRecColumns.Id"/> to <see cref="ConvRecColumns.RecommendationScores"/>.</param>
    /// <exception cref="ArgumentException">A column is missing; the sentence names it. Thrown at the call.</exception>
    public static IEnumerable<RecommendationList> ReadRecommendations(this IDataView scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        var columns = new List<DataViewSchema.Column>();
        foreach (var name in (string[])[ConvRecColumns.Id, ConvRecColumns.RecommendationTitles, ConvRecColumns.RecommendationYears, ConvRecColumns.RecommendationScores])
        {
            columns.Add(scored.Schema.GetColumnOrNull(name)
                ?? throw new ArgumentException($"The rows have no column {name}; transform dialogues with a recommender first.", nameof(scored)));
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
            yield return new RecommendationList(id.ToString(), Lines([.. titles.DenseValues()], [.. years.DenseValues()], [.. scores.DenseValues()]));
        }
    }

    private static Recommendation[] Lines(ReadOnlyMemory<char>[] titles, int[] years, float[] scores) =>
        [.. titles.Select((title, k) => new Recommendation(k + 1, title.ToString(), years[k] == 0 ? null : years[k], scores[k]))];
}
