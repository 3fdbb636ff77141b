using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Reports;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Trains a recommender and writes the run's folder.</summary>
internal static class TrainRun
{
    /// <summary>Trains and saves.</summary>
    /// <returns>The exit code 0: the model is whole.</returns>
    public static int Run(TrainOptions options, TextWriter output, TimeProvider clock, CancellationToken cancellation)
    {
        options.Validate();
        var budget = new RunBudget(options.BudgetMinutes, clock);
        using var inputs = StageInputs.Load(options);
        var data = inputs.Data;
        var (train, valid) = (data.Train.Count, data.Valid.Count);
        output.WriteLine($"{data.Catalog.Count:N0} items; dialogues: {train:N0} train, {valid:N0} valid; seed {options.Seed}.");
        var run = new RunFolder(options.Output);
        run.Create();
        var trained = Train(options, inputs, run, budget, output, cancellation);
        output.WriteLine(
            $"{run.ModelPath}: {new FileInfo(run.ModelPath).Length / 1e6:N2} MB, a policy of {trained.Policy.WeightCount:N0} weights, "
            + $"after {budget.Elapsed.TotalMinutes:N1} minutes. What happened: {run.ReportPath}.");
        return 0;
    }

    // The recorder is disposed, and so the report written, when the run was stopped or failed too.
    private static PolicyTransformer Train(
        TrainOptions options, StageInputs inputs, RunFolder run, RunBudget budget, TextWriter output, CancellationToken cancellation)
    {
        using var recorder = new RunRecorder(options.Output, new RunRecorderOptions
        {
            IsContinued = options.IsResumed && run.HasCheckpoints,
            Facts = RunFacts.Of(options, inputs),
        });
        recorder.Found(new ReportFindings { Conclusion = RunFacts.Sentence(options, inputs) });
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu };
        ml.Log += (_, told) => Tell(told, output);
        var dialogues = ml.Data.LoadDialogues(inputs.Data.Train);
        try
        {
            var trained = new StageRun(ml, inputs, options, run, budget, recorder, output, cancellation).Train(dialogues);
            cancellation.ThrowIfCancellationRequested();
            run.Save(ml, trained, dialogues.Schema);
            if (FileHash.Of(run.ModelPath) is { } hash)
                recorder.AddFact($"SHA-256 of {run.ModelPath}", hash);
            return trained;
        }
        catch (Exception problem)
        {
            recorder.Stopped(Mistake.IsStop(problem) ? "The run was stopped; convrec train --resume goes on with it." : Mistake.SentenceOf(problem) ?? problem.Message);
            throw;
        }
    }

    // What checkpoints warn of, one that is damaged, and what was chosen for the user.
    private static void Tell(LoggingEventArgs told, TextWriter output)
    {
        var isWarning = told.Kind == ChannelMessageKind.Warning && told.Source.Contains("Checkpoints", StringComparison.Ordinal);
        var isChoice = told.Kind == ChannelMessageKind.Info && told.Source.Contains("MicroBatch", StringComparison.Ordinal);
        if (isWarning || isChoice)
            output.WriteLine($"  {told.RawMessage}");
    }
}
