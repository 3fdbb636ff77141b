using MLNet.ConvRec;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
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
        return new RankGrpoTrainer(PolicyObjective.RankGrpo, Host(conversational), catalog, WarmStart.Of(warmStart), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a <see cref="RankGrpoTrainer"/>, which reinforces a policy.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="warmStart">The policy to begin with.</param>
    /// <param name="options">Options; defaults suit a tiny policy.</param>
    public static RankGrpoTrainer RankGrpo(this ConvRecCatalog conversational, ItemCatalog catalog, PolicyModel warmStart, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(warmStart);
        return new RankGrpoTrainer(PolicyObjective.RankGrpo, Host(conversational), catalog, WarmStart.Of(warmStart), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a <see cref="RankGrpoTrainer"/>, which reinforces a backbone as it is, with no imitation before (R1-zero): the comparison that tells what imitation is worth.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="backbone">What reinforcement starts from, such as <see cref="Backbone.TinyReal"/>, whose weights are random.</param>
    /// <param name="options">Options; defaults suit a tiny policy.</param>
    public static RankGrpoTrainer RankGrpo(this ConvRecCatalog conversational, ItemCatalog catalog, Backbone backbone, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new RankGrpoTrainer(PolicyObjective.RankGrpo, Host(conversational), catalog, WarmStart.Of(backbone, catalog), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a trainer that first trains its warm start on the same data and then reinforces it by GRPO: a token is the unit of action, and the DCG of its whole list its reward.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="warmStart">The trainer of the policy to begin with.</param>
    /// <param name="options">Options; defaults suit a tiny policy. A reward of later ranks, or an aggregation of ranks, is refused.</param>
    public static RankGrpoTrainer Grpo(this ConvRecCatalog conversational, ItemCatalog catalog, IEstimator<PolicyTransformer> warmStart, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(warmStart);
        return new RankGrpoTrainer(PolicyObjective.Grpo, Host(conversational), catalog, WarmStart.Of(warmStart), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a trainer that reinforces a policy by GRPO: a token is the unit of action, and the DCG of its whole list its reward.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="warmStart">The policy to begin with.</param>
    /// <param name="options">Options; defaults suit a tiny policy. A reward of later ranks, or an aggregation of ranks, is refused.</param>
    public static RankGrpoTrainer Grpo(this ConvRecCatalog conversational, ItemCatalog catalog, PolicyModel warmStart, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(warmStart);
        return new RankGrpoTrainer(PolicyObjective.Grpo, Host(conversational), catalog, WarmStart.Of(warmStart), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a trainer by GRPO, which reinforces a backbone as it is, with no imitation before (R1-zero): the comparison that tells what imitation is worth.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="backbone">What reinforcement starts from, such as <see cref="Backbone.TinyReal"/>, whose weights are random.</param>
    /// <param name="options">Options; defaults suit a tiny policy. A reward of later ranks, or an aggregation of ranks, is refused.</param>
    public static RankGrpoTrainer Grpo(this ConvRecCatalog conversational, ItemCatalog catalog, Backbone backbone, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new RankGrpoTrainer(PolicyObjective.Grpo, Host(conversational), catalog, WarmStart.Of(backbone, catalog), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a trainer that first trains its warm start on the same data and then reinforces it by GSPO: a whole list is the unit of action, and its DCG its reward.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="warmStart">The trainer of the policy to begin with.</param>
    /// <param name="options">Options; defaults suit a tiny policy. A reward of later ranks, or an aggregation of ranks, is refused.</param>
    public static RankGrpoTrainer Gspo(this ConvRecCatalog conversational, ItemCatalog catalog, IEstimator<PolicyTransformer> warmStart, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(warmStart);
        return new RankGrpoTrainer(PolicyObjective.Gspo, Host(conversational), catalog, WarmStart.Of(warmStart), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a trainer that reinforces a policy by GSPO: a whole list is the unit of action, and its DCG its reward.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="warmStart">The policy to begin with.</param>
    /// <param name="options">Options; defaults suit a tiny policy. A reward of later ranks, or an aggregation of ranks, is refused.</param>
    public static RankGrpoTrainer Gspo(this ConvRecCatalog conversational, ItemCatalog catalog, PolicyModel warmStart, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(warmStart);
        return new RankGrpoTrainer(PolicyObjective.Gspo, Host(conversational), catalog, WarmStart.Of(warmStart), options ?? new RankGrpoOptions());
    }

    /// <summary>Create a trainer by GSPO, which reinforces a backbone as it is, with no imitation before (R1-zero): the comparison that tells what imitation is worth.</summary>
    /// <param name="conversational"><c>mlContext.Transforms.ConvRec</c>.</param>
    /// <param name="catalog">The items that may be recommended.</param>
    /// <param name="backbone">What reinforcement starts from, such as <see cref="Backbone.TinyReal"/>, whose weights are random.</param>
    /// <param name="options">Options; defaults suit a tiny policy. A reward of later ranks, or an aggregation of ranks, is refused.</param>
    public static RankGrpoTrainer Gspo(this ConvRecCatalog conversational, ItemCatalog catalog, Backbone backbone, RankGrpoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new RankGrpoTrainer(PolicyObjective.Gspo, Host(conversational), catalog, WarmStart.Of(backbone, catalog), options ?? new RankGrpoOptions());
    }

    private static TrainingHost Host(ConvRecCatalog conversational)
    {
        ArgumentNullException.ThrowIfNull(conversational);
        return new TrainingHost(conversational.Transforms, conversational.Environment, TimeProvider.System, (policy, catalog, decoding) =>
            ScoringChain.Create(conversational.Transforms, new MLContext().Data.LoadDialogues([]), policy.Weights, new ScoringAssets(policy.Prompt, catalog), decoding));
    }
}
