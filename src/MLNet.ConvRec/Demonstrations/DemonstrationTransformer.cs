using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Adds each imitated dialogue's demonstration, asking the teacher when the column is read.</summary>
/// <remarks>Matters only in training: in a saved model it is an empty chain. Safe for use from several threads.</remarks>
public sealed class DemonstrationTransformer : ITransformer
{
    private readonly FittedDemonstrations _fitted;
    private readonly ITransformer _mapping;

    internal DemonstrationTransformer(TransformsCatalog transforms, FittedDemonstrations fitted)
    {
        _fitted = fitted;
        _mapping = DemonstrationMapping
            .Estimator(transforms, (row, added) => DemonstrationMapping.Map(fitted, row, added))
            .Fit(new MLContext().Data.LoadDialogues([]));
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>How the similarities are blended for dialogues outside of train.</summary>
    public SimilarityWeights Similarity => _fitted.Model.Similarity;

    /// <summary>What became of the teacher's lists for the demonstrations that were built so far.</summary>
    public TeacherListCounts Lists => _fitted.Lists;

    /// <summary>
    /// Returns whether a dialogue is imitated: of train's conversations the share is, and what can't be reinforced; all others always.
    /// </summary>
    /// <param name="dialogue">The dialogue.</param>
    public bool IsImitated(Dialogue dialogue)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        return _fitted.IsImitated(dialogue);
    }

    /// <summary>Builds the demonstrations of dialogues, imitated or not, in their order; as many at a time as the options' concurrency.</summary>
    /// <param name="dialogues">The dialogues; read as they are needed.</param>
    /// <param name="cancellationToken">Ends the building.</param>
    public IAsyncEnumerable<Demonstration> BuildAsync(IEnumerable<Dialogue> dialogues, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dialogues);
        return _fitted.BuildAsync(dialogues, cancellationToken);
    }

    /// <summary>Tells in numbers how the demonstration of a dialogue comes about.</summary>
    /// <param name="dialogue">The dialogue; its true items, where known, are marked but not used.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public ValueTask<DemonstrationExplanation> ExplainAsync(Dialogue dialogue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        return _fitted.ExplainAsync(dialogue, cancellationToken);
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _mapping.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _mapping.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _mapping.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)new TransformerChain<ITransformer>()).Save(ctx);
}
