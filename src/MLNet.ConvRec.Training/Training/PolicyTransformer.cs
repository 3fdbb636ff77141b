using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training;

/// <summary>A trained policy as a transformer: adds a ranked list to each dialogue (<see cref="ConvRecColumns.Recommendations"/> and its like).</summary>
/// <remarks>
/// Scores by the one-file ONNX recommender, as the saved <c>model.zip</c> does: a chain of ML.NET's stock transformers, built on first use.
/// Needs no libtorch once trained. Safe for use from several threads.
/// </remarks>
public sealed class PolicyTransformer : ITransformer
{
    private readonly Lazy<ITransformer> _scoring;

    internal PolicyTransformer(PolicyModel policy, Func<PolicyModel, ITransformer> scoring)
    {
        Policy = policy;
        _scoring = new Lazy<ITransformer>(() => scoring(policy));
    }

    /// <summary>The policy that was trained.</summary>
    public PolicyModel Policy { get; }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _scoring.Value.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _scoring.Value.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _scoring.Value.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_scoring.Value).Save(ctx);
}
