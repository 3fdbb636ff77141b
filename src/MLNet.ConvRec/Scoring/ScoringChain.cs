using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Scoring;

/// <summary>The saved form of a recommender: ML.NET's stock transformers and stateless custom mappings.</summary>
/// <remarks>
/// Any process that references this library can load it: ML.NET finds the mappings by the assembly's name in the file. Rows need
/// <c>Id</c>, <c>Roles</c>, <c>Texts</c> and the columns of seen items; those of candidates may be missing (<see cref="OptionalColumns"/>).
/// </remarks>
internal static class ScoringChain
{
    /// <summary>Makes the chain of a policy: builds its graph over the catalog.</summary>
    /// <param name="transforms">ML.NET's catalog of transforms.</param>
    /// <param name="dialogues">Rows with the columns of dialogues; only their schema is used.</param>
    /// <param name="weights">The policy.</param>
    /// <param name="assets">Its prompt and tokenizer, and what may be recommended.</param>
    /// <param name="decoding">How lists are written.</param>
    public static ITransformer Create(
        TransformsCatalog transforms, IDataView dialogues, PolicyWeights weights, ScoringAssets assets, ListDecoding decoding = ListDecoding.Lines)
    {
        var form = new GraphForm { Decoding = decoding, Prefix = CachedPrefix.Of(assets.Prompt) };
        return Create(transforms, dialogues, RecommenderGraph.Build(weights, assets.BuildTrie(), assets.Prompt.Options.ListLength, form), assets);
    }

    /// <summary>Makes the chain of a built graph.</summary>
    /// <param name="transforms">ML.NET's catalog of transforms.</param>
    /// <param name="dialogues">Rows with the columns of dialogues; only their schema is used.</param>
    /// <param name="recommenderOnnx">The graph, as <see cref="RecommenderGraph"/> wrote it.</param>
    /// <param name="assets">The prompt and catalog that it was built with.</param>
    public static ITransformer Create(TransformsCatalog transforms, IDataView dialogues, byte[] recommenderOnnx, ScoringAssets assets)
    {
        using var device = ScoringDevice.EnterOrCpu(transforms.ConvRec.Environment);
        using var model = new MemoryStream(recommenderOnnx, writable: false);
        var chain = transforms.CustomMapping<AssetsKeyMapping.Input, AssetsKeyMapping.Output>(AssetsKeyMapping.Map, AssetsKeyMapping.Contract)
            .Append(transforms.Conversion.MapValue(
                ScoringColumns.Assets, [KeyValuePair.Create(AssetsKeyMapping.Key, assets.ToJson())], ScoringColumns.AssetsKey))
            .Append(transforms.CustomMapping<PromptMapping.Input, PromptMapping.Output>(PromptMapping.Map, PromptMapping.Contract))
            .Append(transforms.ApplyOnnxModel(
                [.. RecommenderGraph.Outputs], [.. RecommenderGraph.Inputs], model))
            .Append(transforms.CustomMapping<RecommendationMapping.Input, RecommendationMapping.Output>(
                RecommendationMapping.Map, RecommendationMapping.Contract))
            .Append(transforms.DropColumns(
                ScoringColumns.AssetsKey,
                ScoringColumns.Assets,
                RecommenderGraph.InputIds,
                RecommenderGraph.AttentionMask,
                RecommenderGraph.Exclude,
                RecommenderGraph.Candidates,
                RecommenderGraph.Items,
                RecommenderGraph.ItemScores))
            .Fit(dialogues);
        return new OptionalColumns(transforms, chain);
    }
}
