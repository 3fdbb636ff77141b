using MLNet.ConvRec;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace Microsoft.ML;

/// <summary>The trainers of <c>mlContext.Transforms.ConvRec</c>.</summary>
public static class ConvRecTrainingExtensions
{
    /// <summary>Create a <see cref="SftTrainer"/>, which teaches a policy to write the demonstrations.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="backbone">What imitation starts from, such as <see cref="Backbone.TinyReal"/>.</param>
    /// <param name="options">Options; defaults suit a tiny policy.</param>
    public static SftTrainer Sft(this ConvRecCatalog conversational, ItemCatalog catalog, Backbone backbone, SftOptions? options = null) =>
        new(Host(conversational), catalog, backbone, options ?? new SftOptions());

    /// <summary>Create a <see cref="RankGrpoTrainer"/>, which first trains its warm start on the same data and then reinforces it.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="warmStart">The trainer of the policy to begin with.</param>
    /// <param name="options">Options; defaults suit a tiny policy.</param>
    public static RankGrpoTrainer RankGrpo(this ConvRecCatalog conversational, ItemCatalog catalog, IEstimator<PolicyTransformer> warmStart, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(warmStart);
        return new RankGrpoTrainer(Host(conversational), catalog, data => warmStart.Fit(data).Policy, options ?? new RankGrpoOptions());
    }

    /// <summary>Create a <see cref="RankGrpoTrainer"/>, which reinforces a policy.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="warmStart">The policy to begin with.</param>
    /// <param name="options">Options; defaults suit a tiny policy.</param>
    public static RankGrpoTrainer RankGrpo(this ConvRecCatalog conversational, ItemCatalog catalog, PolicyModel warmStart, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(warmStart);
        return new RankGrpoTrainer(Host(conversational), catalog, _ => warmStart, options ?? new RankGrpoOptions());
    }

    private static TrainingHost Host(ConvRecCatalog conversational)
    {
        ArgumentNullException.ThrowIfNull(conversational);
        return new TrainingHost(conversational.Transforms, conversational.Environment, TimeProvider.System, (policy, catalog) =>
            ScoringChain.Create(conversational.Transforms, new MLContext().Data.LoadDialogues([]), policy.Weights, new ScoringAssets(policy.Prompt, catalog)));
    }
}
