using System.Diagnostics;
using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Reports;
using QuickStart.Terminal;

namespace QuickStart;

/// <summary>The main job, start to end: demonstrations, imitation, reinforcement, a saved model, and what each stage adds.</summary>
internal sealed class Run(QuickStartData data, Options options, Display display, CancellationToken cancellation)
{
    private readonly MLContext _ml = new(options.Seed) { GpuDeviceId = options.Gpu };
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Execute()
    {
        Directory.CreateDirectory(options.Output);
        var recipe = TrainingRecipe.For(data.Catalog.Count);
        var teacher = data.Teacher(options.Seed);
        display.Stage("Demonstrations", $"Remap-Reflect-Adjust of the lists of {teacher.Name}, for {recipe.Demonstrations.Share:P0} of train");
        _ml.Log += (_, said) =>
        {
            if (said.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info && said.Source.Contains(nameof(DemonstrationEstimator), StringComparison.Ordinal))
                display.Line($"  {said.RawMessage}");
        };
        var demonstrations = recipe.Demonstrations with { Seed = options.Seed };
        var builder = _ml.Transforms.ConvRec.BuildDemonstrations(data.Catalog, teacher, demonstrations).Fit(_ml.Data.LoadDialogues(data.Train));
        var rows = _ml.Data.Cache(builder.Transform(_ml.Data.LoadDialogues(ItemSubstitution.Extend(data.Train, data.Catalog, demonstrations))));
        if (options.BudgetMinutes is { } minutes)
            recipe = Within(recipe, TimeSpan.FromMinutes(minutes) - _clock.Elapsed);

        using var recorder = new RunRecorder(options.Output, new RunRecorderOptions { Facts = [new("data", data.Name), .. data.Hashes(), new("seed", $"{options.Seed}"), new("teacher", teacher.Name)] });
        recorder.Describe(recipe.Sft);
        recorder.Describe(recipe.RankGrpo);
        display.Stage("Imitation", "the policy learns to write the demonstrations (SFT)");
        var sft = display.Live(progress => _ml.Transforms.ConvRec
            .Sft(data.Catalog, recipe.IsInformed ? recipe.Backbone with { Features = data.Features(demonstrations.WithoutHeldOut(data.Train)) } : recipe.Backbone, recipe.Sft with { Progress = Shown(progress, recorder), CancellationToken = cancellation })
            .Fit(rows));
        sft.Policy.Save(Path.Combine(options.Output, "policy-sft"));
        display.Line($"{sft.Policy.WeightCount:N0} weights, {sft.Policy.Config.VocabularySize:N0} tokens.");

        display.Stage("Reinforcement", "each rank is compared with the same rank of other lists for the same dialogue (Rank-GRPO)");
        var reinforced = display.Live(progress => _ml.Transforms.ConvRec
            .RankGrpo(data.Catalog, sft.Policy, recipe.RankGrpo with
            {
                ValidationSet = _ml.Data.LoadDialogues(data.Valid.Take(recipe.ValidationCount)),
                Progress = Shown(progress, recorder),
                CancellationToken = cancellation,
            })
            .Fit(rows));

        var modelPath = Path.Combine(options.Output, "model.zip");
        _ml.Model.Save(reinforced, _ml.Data.LoadDialogues(data.Test).Schema, modelPath);
        reinforced.Policy.Save(Path.Combine(options.Output, "policy"));

        display.Stage("Evaluation", $"{data.Test.Count:N0} held-out dialogues; the last row is scored with the saved model.zip");
        var systems = new Systems(_ml, data, demonstrations.ListLength);
        systems.Add(teacher, demonstrations);
        systems.Add(MLNet.ConvRec.Evaluation.SystemNames.Sft, sft);
        systems.Add(MLNet.ConvRec.Evaluation.SystemNames.RankGrpo, _ml.Model.Load(modelPath, out _));
        systems.Show(display);
        systems.Report(options.Seed).Write(Path.Combine(options.Output, "metrics.json"));
        recorder.Found(systems.Findings(builder));
        recorder.AddFact("SHA-256 of model.zip", QuickStartData.HashOf(modelPath));
        display.Line($"{_clock.Elapsed.TotalSeconds:F0} s in all. {options.Output} holds metrics.json, model.zip, policy/ and report.html.");
    }

    // What imitation and reinforcement may take of the time that is left after the demonstrations; the rest is for the scoring of test.
    private static TrainingRecipe Within(TrainingRecipe recipe, TimeSpan left) => recipe with
    {
        Sft = recipe.Sft with { TimeBudget = left * 0.62 },
        RankGrpo = recipe.RankGrpo with { TimeBudget = left * 0.28 },
    };

    private static StageProgress Shown(IProgress<Terminal.TrainingProgress> display, RunRecorder recorder) => new(display, recorder);
}
