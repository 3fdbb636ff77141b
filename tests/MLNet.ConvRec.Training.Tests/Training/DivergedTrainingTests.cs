using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>A training whose loss is no number stops, says where, and leaves a checkpoint from which it can go on.</summary>
[Collection<Alone>]
public class DivergedTrainingTests
{
    private const double Ruinous = 1e30; // weights stay finite, what is computed of them does not
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    [Theory]
    [InlineData("sft", "SftOptions.LearningRate (1E+30)")]
    [InlineData("rank-grpo", "RankGrpoOptions.LearningRate (1E+30)")]
    public void WithoutCheckpoints_TheSentenceNamesStageStepDialoguesAndOption(string stage, string option)
    {
        var message = Assert.Throws<TrainingDivergedException>(() => Fit(stage, Ruinous, null)).Message;

        Assert.Matches($"^The {stage} .+ became (NaN|-?∞|-?Infinity) at step 2, in the dialogues? toy-", message);
        Assert.EndsWith($"no weight was changed by it. Lower {option}, and begin anew; with checkpoints it could go on from the last good one.", message, StringComparison.Ordinal);
    }

    // Three steps are well; the fourth is of a run that goes on with a ruinous rate, whose checkpoint is good for nothing.
    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void TheLastGoodCheckpoint_Stays_AndIsGoneOnFromWithALowerRate(string stage)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<OperationCanceledException>(() => Fit(stage, 1e-3, folder, Cancel(at: 3)));
        var good = folder.PathOf("step-3");
        var bytes = Bytes(good);

        var message = Assert.Throws<TrainingDivergedException>(() => Fit(stage, Ruinous, folder)).Message;

        Assert.Contains("at step 5, ", message, StringComparison.Ordinal);
        Assert.EndsWith($"and go on from {good} by CheckpointOptions.IsOtherRunAllowed.", message, StringComparison.Ordinal);
        Assert.Equal(["step-2", "step-3", "step-4.failed"], Directory.GetDirectories(folder.FullName).Select(Path.GetFileName).Order());
        Assert.Equal(bytes, Bytes(good));
        var steps = new List<int>();
        var trained = Fit(stage, 1e-4, folder, step => steps.Add(step.Step));
        Assert.Equal([4, 5, 6], steps);
        Assert.All(trained.Policy.Weights.Tensors.Values, tensor => Assert.All(tensor.ToArray(), value => Assert.True(float.IsFinite(value))));
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void WhereNoCheckpointIsLeft_ItBeginsAnew(string stage)
    {
        using var folder = new TemporaryFolder();

        var message = Assert.Throws<TrainingDivergedException>(() => Fit(stage, Ruinous, folder)).Message;

        Assert.EndsWith("and begin anew: there is no checkpoint of an earlier step.", message, StringComparison.Ordinal);
        Assert.Equal(["step-1.failed"], Directory.GetDirectories(folder.FullName).Select(Path.GetFileName));
        var steps = new List<int>();
        Fit(stage, 1e-3, folder, step => steps.Add(step.Step));
        Assert.Equal([1, 2, 3, 4, 5, 6], steps);
    }

    [Fact]
    public void PoisonedWeights_AreFoundBeforeTheFirstStep()
    {
        var tensors = Start.Weights.Tensors.ToDictionary(
            entry => entry.Key, entry => (NamedTensor)new ArrayTensor(entry.Value.Shape, [.. entry.Value.ToArray().Select((value, i) => i == 0 ? float.NaN : value)]));
        var ml = new MLContext(seed: 5);
        var trainer = ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, Start.With(new PolicyWeights(Start.Config, tensors)), new RankGrpoOptions { Steps = 2, BatchSize = 4, GroupSize = 4 });

        var message = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(12)))).Message;

        Assert.Matches("^The rank-grpo log-probability of a sampled list became NaN at step 1, in the dialogue toy-\\d+-1; ", message);
    }

    // No look at the validation set is worse than one that gives no number: the policy that it judges is ruined.
    [Fact]
    public void AValidationLossThatIsNoNumber_StopsTheTraining_BeforeItIsSaved()
    {
        using var folder = new TemporaryFolder();

        var message = Assert.Throws<TrainingDivergedException>(() => Fit("sft", Ruinous, folder, isValidated: true)).Message;

        Assert.StartsWith("The sft validation loss became ", message, StringComparison.Ordinal);
        Assert.Contains(" at step 1; ", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }

    private static PolicyTransformer Fit(string stage, double rate, TemporaryFolder? folder, Action<TrainingProgress>? tell = null, bool isValidated = false)
    {
        var ml = new MLContext(seed: 5);
        var data = ml.Data.LoadFromEnumerable(ToyRows.Make(24));
        var checkpoints = folder is null ? null : new CheckpointOptions { Folder = folder.FullName, Interval = 1, IsOtherRunAllowed = true };
        var progress = new ToldProgress(tell ?? (_ => { }));
        return stage == "sft"
            ? ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, new SftOptions
            {
                MaxSteps = 6,
                BatchSize = 4,
                LearningRate = rate,
                Checkpoints = checkpoints,
                Progress = progress,
                ValidationSet = isValidated ? data : null,
                ValidationInterval = 1,
            }).Fit(data)
            : ml.Transforms.ConvRec.RankGrpo(
                ToyShop.Catalog, Start, new RankGrpoOptions { Steps = 6, BatchSize = 4, GroupSize = 4, LearningRate = rate, Checkpoints = checkpoints, Progress = progress }).Fit(data);
    }

    private static Action<TrainingProgress> Cancel(int at) => progress =>
    {
        if (progress.Step == at)
            throw new OperationCanceledException();
    };

    private static byte[] Bytes(string folder) => [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
}
