using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Where reinforcement gets the policy that it begins with.</summary>
/// <param name="On">Given the rows of the fit, returns what makes the policy from the stage's seed.</param>
internal sealed record WarmStart(Func<IDataView, Func<ulong, PolicyModel>> On)
{
    /// <summary>A policy that is there.</summary>
    public static WarmStart Of(PolicyModel policy) => new(_ => _ => policy);

    /// <summary>A policy that a trainer makes of the same rows; it is trained before the stage begins.</summary>
    public static WarmStart Of(IEstimator<PolicyTransformer> trainer) => new(rows =>
    {
        var policy = trainer.Fit(rows).Policy;
        return _ => policy;
    });

    /// <summary>A backbone as it is (R1-zero).</summary>
    public static WarmStart Of(Backbone backbone, ItemCatalog catalog) => new(rows => seed => backbone.Create(catalog, rows.ReadDialogues(), seed));
}
