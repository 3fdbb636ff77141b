using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring;

namespace Microsoft.ML;

/// <summary>What a recommender can list.</summary>
public static class RecommenderCatalogExtensions
{
    /// <summary>Reads the catalog that a recommender was made with and carries: titles, years and popularity.</summary>
    /// <param name="recommender">What <c>RecommenderModel.Load</c> or <c>mlContext.Model.Load</c> has loaded.</param>
    /// <exception cref="ArgumentException">It is no recommender.</exception>
    public static ItemCatalog ReadCatalog(this ITransformer recommender)
    {
        ArgumentNullException.ThrowIfNull(recommender);
        var chain = recommender is OptionalColumns { Recommender: var inner } ? inner : recommender;
        if (chain is not IEnumerable<ITransformer> stages)
            throw new ArgumentException("This transformer carries no catalog; load the model.zip that training wrote.", nameof(recommender));

        // The first stages give every row the carried assets; none is asked for a list.
        IDataView rows = new MLContext().Data.LoadDialogues([Dialogue.FromUser("")]);
        foreach (var stage in stages.TakeWhile(_ => rows.Schema.GetColumnOrNull(ScoringColumns.Assets) is null))
            rows = stage.Transform(rows);
        return rows.Schema.GetColumnOrNull(ScoringColumns.Assets) is { } assets
            ? ScoringAssets.Of(rows.GetColumn<ReadOnlyMemory<char>>(assets).Single()).Catalog
            : throw new ArgumentException("This transformer carries no catalog; load the model.zip that training wrote.", nameof(recommender));
    }
}
