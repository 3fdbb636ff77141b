using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tool.Teachers;
using MLNet.ConvRec.Tool.Terminal;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Runs the stages that are asked for, each on what the one before it made.</summary>
internal sealed class StageRun(
    MLContext ml,
    StageInputs inputs,
    TrainOptions options,
    RunFolder run,
    RunBudget budget,
    MetricsLog metrics,
    TextWriter output,
    CancellationToken cancellation)
{
    private readonly TrainData _data = inputs.Data;
    private readonly TrainingRecipe _recipe = options.Steps.Applied(TrainingRecipe.For(inputs.Data.Catalog.Count));

    /// <summary>Trains.</summary>
    /// <param name="dialogues">The dialogues of train.</param>
    public PolicyTransformer Train(IDataView dialogues)
    {
        var rows = inputs.Teachers is { } teachers ? Demonstrate(teachers) : dialogues;
        var imitating = options.Has(TrainStages.Sft) ? Imitate(rows) : null;
        return options.Has(TrainStages.RankGrpo) ? Reinforce(rows, imitating?.Policy ?? inputs.Policy!) : imitating!;
    }

    private IDataView Demonstrate(TeacherSet teachers) =>
        new DemonstrationStage(ml, _data, teachers, output, cancellation).Run(_recipe.Demonstrations with
        {
            ListLength = inputs.ListLength,
            Seed = options.Seed,
        });

    private PolicyTransformer Imitate(IDataView rows)
    {
        var backbone = inputs.Policy is null ? _recipe.Backbone : Backbone.FromFolder(options.Backbone);
        return Show(StageNames.Sft, progress => ml.Transforms.ConvRec.Sft(_data.Catalog, backbone, _recipe.Sft with
        {
            TimeBudget = budget.ForSft(isLast: !options.Has(TrainStages.RankGrpo)),
            Checkpoints = Checkpoints(StageNames.Sft),
            Progress = progress,
            CancellationToken = cancellation,
        }).Fit(rows));
    }

    private PolicyTransformer Reinforce(IDataView rows, PolicyModel policy) =>
        Show(StageNames.RankGrpo, progress => ml.Transforms.ConvRec.RankGrpo(_data.Catalog, policy, _recipe.RankGrpo with
        {
            ValidationSet = _data.Valid.Count > 0 ? ml.Data.LoadDialogues(_data.Valid) : null,
            TimeBudget = budget.ForRankGrpo(),
            Checkpoints = Checkpoints(StageNames.RankGrpo),
            Progress = progress,
            CancellationToken = cancellation,
        }).Fit(rows));

    private CheckpointOptions Checkpoints(string stage) => new() { Folder = run.CheckpointsOf(stage), Interval = options.CheckpointInterval };

    private PolicyTransformer Show(string stage, Func<IProgress<TrainingProgress>, PolicyTransformer> fit)
    {
        var before = metrics.Count;
        var trained = TrainingDisplay.Show(output, progress => fit(metrics.Before(progress)));
        if (metrics.Count == before)
        {
            output.WriteLine(options.IsResumed
                ? $"  {stage}: no step was left to do."
                : $"  {stage}: the budget left no time for a single step; raise --budget.");
        }

        return trained;
    }
}
