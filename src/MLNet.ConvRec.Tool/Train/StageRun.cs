using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tool.Terminal;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Runs the stages that are asked for, each on what the one before it made.</summary>
internal sealed class StageRun(
    MLContext ml, TrainData data, TrainOptions options, RunBudget budget, MetricsLog metrics, TextWriter output, CancellationToken cancellation)
{
    // A catalog of this many items or more wants the larger of the tiny policies.
    private const int RealCatalog = 1000;

    /// <summary>Trains.</summary>
    /// <param name="dialogues">The dialogues of train.</param>
    public PolicyTransformer Train(IDataView dialogues)
    {
        var rows = options.Has(TrainStages.Demonstrations) ? Demonstrate(dialogues) : dialogues;
        var imitating = options.Has(TrainStages.Sft) ? Imitate(rows) : null;
        return options.Has(TrainStages.RankGrpo) ? Reinforce(rows, imitating?.Policy ?? PolicyModel.Load(options.Backbone)) : imitating!;
    }

    private IDataView Demonstrate(IDataView dialogues) => throw new NotSupportedException();

    private PolicyTransformer Imitate(IDataView rows)
    {
        var backbone = options.Backbone != TrainOptions.TinyBackbone ? Backbone.FromFolder(options.Backbone)
            : data.Catalog.Count < RealCatalog ? Backbone.TinyWorld
            : Backbone.TinyReal;
        var defaults = new SftOptions();
        return Show(progress => ml.Transforms.ConvRec.Sft(data.Catalog, backbone, defaults with
        {
            // An epoch has at least one step, so that the epochs don't end before the steps.
            MaxSteps = options.Steps.Sft,
            Epochs = Math.Max(defaults.Epochs, options.Steps.Sft ?? 0),
            TimeBudget = budget.ForSft(isLast: !options.Has(TrainStages.RankGrpo)),
            Progress = progress,
            CancellationToken = cancellation,
        }).Fit(rows));
    }

    private PolicyTransformer Reinforce(IDataView rows, PolicyModel policy)
    {
        var defaults = new RankGrpoOptions();
        return Show(progress => ml.Transforms.ConvRec.RankGrpo(data.Catalog, policy, defaults with
        {
            Steps = options.Steps.RankGrpo ?? defaults.Steps,
            ValidationSet = data.Valid.Count > 0 ? ml.Data.LoadDialogues(data.Valid) : null,
            TimeBudget = budget.ForRankGrpo(),
            Progress = progress,
            CancellationToken = cancellation,
        }).Fit(rows));
    }

    private PolicyTransformer Show(Func<IProgress<TrainingProgress>, PolicyTransformer> fit) =>
        TrainingDisplay.Show(output, progress => fit(metrics.Before(progress)));
}
