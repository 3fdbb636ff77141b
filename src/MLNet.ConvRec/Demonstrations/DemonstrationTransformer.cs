using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Adds each imitated dialogue's demonstration, asking the teacher when the column is read.</summary>
/// <remarks>Matters only in training: in a saved model it is an empty chain. Safe for use from several threads.</remarks>
public sealed class DemonstrationTransformer : ITransformer
{
    private readonly ITransformer _mapping;

    internal DemonstrationTransformer(TransformsCatalog transforms, FittedDemonstrations fitted)
    {
        _mapping = DemonstrationMapping
            .Estimator(transforms, (row, added) => DemonstrationMapping.Map(fitted, row, added))
            .Fit(new MLContext().Data.LoadDialogues([]));
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _mapping.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _mapping.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _mapping.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)new TransformerChain<ITransformer>()).Save(ctx);
}
