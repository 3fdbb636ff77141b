using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tool.Teachers;
using MLNet.ConvRec.Tool.Terminal;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Reports;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Runs the stages that are asked for, each on what the one before it made.</summary>
internal sealed class StageRun(
    MLContext ml,
    StageInputs inputs,
    TrainOptions options,
    RunFolder run,
    RunBudget budget,
    RunRecorder recorder,
    TextWriter output,
    CancellationToken cancellation)
{
    private readonly TrainData _data = inputs.Data;
    private readonly TrainingRecipe _recipe = options.RecipeFor(inputs.Data.Catalog.Count);

    private Backbone FromScratch => _recipe.Backbone with { Features = inputs.Features };

    /// <summary>Trains.</summary>
    /// <param name="dialogues">The dialogues of train.</param>
    public PolicyTransformer Train(IDataView dialogues)
    {
        var rows = inputs.Teachers is { } teachers ? Demonstrate(teachers) : dialogues;
        var imitating = options.Has(TrainStages.Sft) ? Imitate(rows) : null;
        return options.Has(TrainStages.RankGrpo) ? Reinforce(rows, imitating?.Policy ?? inputs.Policy) : imitating!;
    }

    private IDataView Demonstrate(TeacherSet teachers) =>
        new DemonstrationStage(ml, _data, teachers, output, cancellation).Run(_recipe.Demonstrations with
        {
            ListLength = inputs.ListLength,
            Seed = options.Seed,
        });

    private PolicyTransformer Imitate(IDataView rows)
    {
        var backbone = inputs.Policy is null ? FromScratch : Backbone.FromFolder(options.Backbone);
        var imitation = _recipe.Sft with
        {
            TimeBudget = budget.ForSft(isLast: !options.Has(TrainStages.RankGrpo)),
            Checkpoints = Checkpoints(StageNames.Sft),
            CancellationToken = cancellation,
        };
        recorder.Describe(imitation);
        return Show(StageNames.Sft, progress => ml.Transforms.ConvRec.Sft(_data.Catalog, backbone, imitation with { Progress = progress }).Fit(rows));
    }

    private PolicyTransformer Reinforce(IDataView rows, PolicyModel? policy)
    {
        var reinforcement = _recipe.RankGrpo with
        {
            ValidationSet = _data.Valid.Count > 0 ? ml.Data.LoadDialogues(_data.Valid) : null,
            TimeBudget = budget.ForRankGrpo(),
            Checkpoints = Checkpoints(StageNames.RankGrpo),
            CancellationToken = cancellation,
        };
        recorder.Describe(reinforcement, AlgorithmNames.Of(options.Reinforcement.Algorithm));
        if (policy is null)
            output.WriteLine("Nothing was imitated: reinforcement begins from random weights (R1-zero).");
        return Show(StageNames.RankGrpo, progress => Trainer(policy, reinforcement with { Progress = progress }).Fit(rows));
    }

    private RankGrpoTrainer Trainer(PolicyModel? policy, RankGrpoOptions reinforcement)
    {
        var (conversational, catalog, backbone) = (ml.Transforms.ConvRec, _data.Catalog, FromScratch);
        return (options.Reinforcement.Algorithm, policy) switch
        {
            (Algorithm.RankGrpo, null) => conversational.RankGrpo(catalog, backbone, reinforcement),
            (Algorithm.RankGrpo, _) => conversational.RankGrpo(catalog, policy, reinforcement),
            (Algorithm.Grpo, null) => conversational.Grpo(catalog, backbone, reinforcement),
            (Algorithm.Grpo, _) => conversational.Grpo(catalog, policy, reinforcement),
            (_, null) => conversational.Gspo(catalog, backbone, reinforcement),
            _ => conversational.Gspo(catalog, policy, reinforcement),
        };
    }

    private CheckpointOptions Checkpoints(string stage) => new() { Folder = run.CheckpointsOf(stage), Interval = options.CheckpointInterval };

    private PolicyTransformer Show(string stage, Func<IProgress<TrainingProgress>, PolicyTransformer> fit)
    {
        var before = recorder.Count;
        var trained = TrainingDisplay.Show(output, progress => fit(new BothProgress(recorder, progress)));
        if (recorder.Count == before)
        {
            output.WriteLine(options.IsResumed
                ? $"  {stage}: no step was left to do."
                : $"  {stage}: the budget left no time for a single step; raise --budget.");
        }

        return trained;
    }
}
