using Microsoft.ML;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training.Checkpoints;

/// <summary>A run that is stopped and resumed ends with the bytes of one that was never stopped.</summary>
[Collection<Alone>]
public class ResumeTests
{
    [Theory]
    [InlineData("sft")]
    [InlineData("sft of scores")]
    [InlineData("sft of scores by line")]
    [InlineData("sft in bfloat16")]
    [InlineData("sft with adapters")]
    [InlineData("rank-grpo")]
    [InlineData("rank-grpo with adapters")]
    public void CancelledAtAnyStep_EndsWithTheSameBytes(string stage)
    {
        var run = ToyRun.Of(stage);
        var undisturbed = run.Train(checkpoints: null);
        Assert.Equal(undisturbed, run.Train(checkpoints: null)); // or the rest says nothing

        for (var stop = 1; stop <= run.Steps; stop++)
        {
            using var folder = new TemporaryFolder();
            var options = new CheckpointOptions { Folder = folder.FullName, Interval = 100 }; // cancellation alone saves

            Assert.Throws<OperationCanceledException>(() => run.Train(options, report: CancelAt(stop)));
            Assert.Equal([folder.PathOf($"step-{stop}")], Directory.GetFileSystemEntries(folder.FullName));
            var told = new List<int>();
            Assert.Equal(undisturbed, run.Train(options, report: progress => told.Add(progress.Step)));

            Assert.Equal(Enumerable.Range(stop + 1, run.Steps - stop), told);
        }
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void StoppedAfterEveryStep_EndsWithTheSameBytes_AndKeepsTheLast(string stage)
    {
        var run = ToyRun.Of(stage);
        using var folder = new TemporaryFolder();
        var options = new CheckpointOptions { Folder = folder.FullName, Interval = 1, Keep = 2 };
        for (var stop = 1; stop <= run.Steps; stop++)
            Assert.Throws<OperationCanceledException>(() => run.Train(options, report: CancelAt(stop)));

        Assert.Equal(run.Train(checkpoints: null), run.Train(options));
        Assert.Equal([folder.PathOf($"step-{run.Steps - 1}"), folder.PathOf($"step-{run.Steps}")], Directory.GetFileSystemEntries(folder.FullName).Order());
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void Checkpoints_ChangeNothingThatIsTrained(string stage)
    {
        var run = ToyRun.Of(stage);
        using var folder = new TemporaryFolder();
        Assert.Equal(run.Train(checkpoints: null), run.Train(new CheckpointOptions { Folder = folder.FullName, Interval = 1 }));
    }

    [Fact]
    public void CancelledWhileItLooksAtTheValidationSet_LooksAgain()
    {
        var undisturbed = ToyRun.Of("rank-grpo").Train(checkpoints: null);
        for (var look = 2; look <= 4; look++) // the first is before the first step, where there is nothing to save
        {
            using var folder = new TemporaryFolder();
            using var cancellation = new CancellationTokenSource();
            var options = new CheckpointOptions { Folder = folder.FullName, Interval = 100 };

            Assert.Throws<OperationCanceledException>(() => ToyRun.CancelledAtLook(look, cancellation).Train(options));
            Assert.Contains("\"isLookPending\": true", File.ReadAllText(Path.Combine(Assert.Single(Directory.GetDirectories(folder.FullName)), "manifest.json")), StringComparison.Ordinal);

            Assert.Equal(undisturbed, ToyRun.Of("rank-grpo").Train(options));
        }
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void TheTimeOfEarlierProcesses_Counts(string stage)
    {
        var run = ToyRun.Of(stage);
        run.Clock = new SecondByLook();
        using var folder = new TemporaryFolder();
        var options = new CheckpointOptions { Folder = folder.FullName };
        var elapsed = new List<TimeSpan>();
        for (var stop = 1; stop <= run.Steps; stop++)
        {
            Assert.Throws<OperationCanceledException>(() => run.Train(options, report: progress =>
            {
                elapsed.Add(progress.Elapsed);
                throw new OperationCanceledException();
            }));
        }

        Assert.Equal(run.Steps, elapsed.Zip(elapsed.Skip(1)).Count(pair => pair.Second > pair.First) + 1);
    }

    [Fact]
    public void TheChain_CancelledInItsSecondStage_GoesOnThere()
    {
        using var folder = new TemporaryFolder();
        var steps = new List<string>();
        var undisturbed = Weights(Fit(null));

        Assert.Throws<OperationCanceledException>(() => Fit(2));
        steps.Clear();
        Assert.Equal(undisturbed, Weights(Fit(int.MaxValue)));
        Assert.Equal(["rank-grpo 3"], steps);

        PolicyTransformer Fit(int? stop)
        {
            var ml = new MLContext(seed: 5);
            CheckpointOptions? Checkpoints(string stage) => stop is null ? null : new CheckpointOptions { Folder = folder.PathOf(stage), Interval = 2 };
            var imitation = new SftOptions { Epochs = 2, BatchSize = 6, Checkpoints = Checkpoints("sft"), Progress = new ToldProgress(Tell) };
            var reinforcement = new RankGrpoOptions
            {
                Steps = 3,
                BatchSize = 4,
                GroupSize = 4,
                LearningRate = 1e-3,
                Checkpoints = Checkpoints("rank-grpo"),
                Progress = new ToldProgress(Tell),
                ValidationSet = ml.Data.LoadDialogues(ToyRows.Make(10).Select(row => row.ToDialogue()).ToArray()),
            };
            return ml.Transforms.ConvRec
                .RankGrpo(ToyShop.Catalog, ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, imitation), reinforcement)
                .Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(24)));

            void Tell(TrainingProgress progress)
            {
                steps.Add($"{progress.Stage} {progress.Step}");
                if (progress.Stage == "rank-grpo" && progress.Step == stop)
                    throw new OperationCanceledException();
            }
        }

        static float[] Weights(PolicyTransformer trained) => [.. trained.Policy.Weights.Tensors.Values.SelectMany(tensor => tensor.ToArray())];
    }

    private static Action<TrainingProgress> CancelAt(int step) => progress =>
    {
        if (progress.Step == step)
            throw new OperationCanceledException();
    };
}
