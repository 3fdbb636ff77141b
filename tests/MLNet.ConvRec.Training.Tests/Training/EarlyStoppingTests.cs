using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training;

/// <summary>A training that finds nothing better on the validation set ends, also if it was killed meanwhile.</summary>
[Collection<Alone>]
public class EarlyStoppingTests
{
    private static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void ItEnds_AfterThePatiencesLooksWithoutABetterOne(string stage)
    {
        var all = Looks(stage, patience: null);
        var ended = Looks(stage, patience: 2);

        Assert.Equal(10, all.Count);
        Assert.InRange(ended.Count, 2, 9);
        Assert.Equal(all.Take(ended.Count), ended);
        Assert.Equal(FirstEnd(stage, all, 2), ended.Count);
        Assert.Equal(all, Looks(stage, patience: 50));
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void KilledAtAnyStep_ItEndsAtTheSameOne_WithTheSameBytes(string stage)
    {
        var undisturbed = new List<int>();
        var weights = Weights(Fit(stage, 2, null, step => undisturbed.Add(step.Step)));
        for (var stop = 1; stop <= undisturbed.Count; stop++)
        {
            using var folder = new TemporaryFolder();
            var told = new List<int>();

            // Whole steps alone are saved: as after a kill, the rest is made again.
            Assert.Throws<InvalidOperationException>(() => Fit(stage, 2, folder, step => Tell(step, stop)));
            Assert.Equal(weights, Weights(Fit(stage, 2, folder, step => told.Add(step.Step))));
            Assert.Equal(undisturbed.Skip(stop - 1), told);

            told.Clear();
            Assert.Equal(weights, Weights(Fit(stage, 2, folder, step => told.Add(step.Step))));
            Assert.Empty(told); // an ended training does not begin again
        }

        static void Tell(TrainingProgress step, int stop)
        {
            if (step.Step == stop)
                throw new InvalidOperationException("killed");
        }
    }

    [Fact]
    public void Imitation_EndsWithTheLastWeights_OrTheBest()
    {
        var looks = new List<double>();
        var last = Loss(Fit("sft", null, null, step => looks.Add(step.ValidationLoss!.Value)));
        var best = Loss(Fit("sft", null, null, isBestKept: true));

        Assert.Equal(looks[^1], last, 1e-5);
        Assert.Equal(looks.Min(), best, 1e-5);
        Assert.True(best < last - 0.01, string.Join(", ", looks));
    }

    [Fact]
    public void TheBestWeights_AreInEveryCheckpoint_HoweverFewAreKept()
    {
        using var folder = new TemporaryFolder();
        var best = Weights(Fit("sft", null, folder, isBestKept: true));

        var checkpoint = Assert.Single(Directory.GetDirectories(folder.FullName));
        var stored = SafetensorsFile.Read(Path.Combine(checkpoint, "best.safetensors"));
        var trained = Fit("sft", null, folder, isBestKept: true).Policy.Weights.Tensors;
        Assert.Equal(best, trained.Values.SelectMany(tensor => tensor.ToArray()));
        Assert.All(trained, entry => Assert.Equal(entry.Value.ToArray(), stored[entry.Key].ToArray()));
        Assert.NotEqual(stored["model.embed_tokens.weight"].ToArray(), SafetensorsFile.Read(Path.Combine(checkpoint, "weights.safetensors"))["model.embed_tokens.weight"].ToArray());
    }

    [Fact]
    public void ACancelledLook_IsMadeAgain()
    {
        using var cancellation = new CancellationTokenSource();
        var looks = 0;
        using var network = new Transformer(Start.Weights, TorchSharp.torch.CPU);
        var plan = new ValidationPlan((_, token) =>
        {
            if (++looks == 2)
                cancellation.Cancel();
            token.ThrowIfCancellationRequested();
            return 1.0 / looks;
        }, Interval: 1, Patience: 1);
        var best = BestWeights.Begin(plan, network, null, cancellation.Token)!;

        Assert.Throws<OperationCanceledException>(() => best.LookIfDue(network, 1, isLast: false, cancellation.Token));
        Assert.True(best.IsLookPending);
        Assert.False(best.IsOutOfPatience);

        var resumed = BestWeights.Begin(plan, network, new LoopState(1, default) { IsLookPending = true, Best = best.State }, TestContext.Current.CancellationToken)!;
        resumed.Look(network, TestContext.Current.CancellationToken);
        Assert.True(resumed.IsOutOfPatience);
        Assert.Equal(1, resumed.State.Value);
    }

    [Fact]
    public void OptionsWithoutAValidationSet_AreRefused()
    {
        Assert.Equal("SftOptions.Patience is 3, but there is nothing to look at; set ValidationSet, or Patience to null.", Refused(() => new SftOptions { Patience = 3 }.Validate()));
        Assert.Equal("SftOptions.IsBestKept is true, but there is nothing to look at; set ValidationSet, or IsBestKept to false.", Refused(() => new SftOptions { IsBestKept = true }.Validate()));
        Assert.Equal("RankGrpoOptions.Patience is 3, but there is nothing to look at; set ValidationSet, or Patience to null.", Refused(() => new RankGrpoOptions { Patience = 3 }.Validate()));
        Assert.StartsWith("SftOptions.Patience is 0", Refused(() => new SftOptions { Patience = 0 }.Validate()), StringComparison.Ordinal);
        Assert.StartsWith("RankGrpoOptions.CompletionsInterval is -1", Refused(() => new RankGrpoOptions { CompletionsInterval = -1 }.Validate()), StringComparison.Ordinal);
        var ml = new MLContext();
        var bare = new SftOptions { ValidationSet = ml.Data.LoadDialogues(ToyShop.Dialogues) };
        var fit = () => ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, bare).Fit(ml.Data.LoadFromEnumerable(ToyRows.Make(12)));
        Assert.Contains("SftOptions.ValidationSet", Assert.Throws<InvalidDataException>(fit).Message, StringComparison.Ordinal);

        static string Refused(Action validate) => Assert.Throws<ArgumentException>(validate).Message;
    }

    // What is held out gets worse while training goes on: other films are listed there (imitation), or the rate overshoots (reinforcement).
    private static PolicyTransformer Fit(string stage, int? patience, TemporaryFolder? folder, Action<TrainingProgress>? tell = null, bool isBestKept = false)
    {
        var ml = new MLContext(seed: 5);
        var data = ml.Data.LoadFromEnumerable(stage == "sft" ? Demonstrated(24, first: 0) : ToyRows.Make(24));
        var checkpoints = folder is null ? null : new CheckpointOptions { Folder = folder.FullName, Interval = 1, Keep = 1 };
        var progress = new ToldProgress(tell ?? (_ => { }));
        return stage == "sft"
            ? ml.Transforms.ConvRec.Sft(ToyShop.Catalog, ToyRows.Backbone, new SftOptions
            {
                MaxSteps = 10,
                BatchSize = 6,
                LearningRate = 0.02,
                WarmupRatio = 0,
                RateSchedule = LearningRateSchedule.Constant,
                Checkpoints = checkpoints,
                Progress = progress,
                ValidationSet = HeldOut(ml),
                ValidationInterval = 1,
                Patience = patience,
                IsBestKept = isBestKept,
            }).Fit(data)
            : ml.Transforms.ConvRec.RankGrpo(ToyShop.Catalog, Start, new RankGrpoOptions
            {
                Steps = 10,
                BatchSize = 4,
                GroupSize = 4,
                LearningRate = 0.02,
                Checkpoints = checkpoints,
                Progress = progress,
                ValidationSet = HeldOut(ml),
                ValidationInterval = 1,
                Patience = patience,
            }).Fit(data);
    }

    internal static IDataView HeldOut(MLContext ml) => ml.Data.LoadFromEnumerable(HeldOut());

    private static IEnumerable<DemonstratedRow> HeldOut() => Demonstrated(36, first: 6).Skip(24);

    private static IEnumerable<DemonstratedRow> Demonstrated(int count, int first)
    {
        string[] lines = [.. ToyShop.Catalog.Items.Skip(first).Take(ToyRows.ListLength).Select(item => ListLine.Format(item.Title, item.Year))];
        return ToyRows.Make(count).Select(row => new DemonstratedRow(DialogueRow.From(row.ToDialogue()), lines, []));
    }

    private static List<double> Looks(string stage, int? patience)
    {
        var looks = new List<double>();
        Fit(stage, patience, null, step => looks.Add(stage == "sft" ? step.ValidationLoss!.Value : step.ValidationNdcg!.Value));
        return looks;
    }

    // The look before the first step is known of reinforcement alone; imitation begins with a policy that any step betters.
    private static int FirstEnd(string stage, List<double> looks, int patience)
    {
        var (best, misses) = (stage == "sft" ? double.MaxValue : Ndcg(), 0);
        for (var look = 0; look < looks.Count; look++)
        {
            var isBetter = stage == "sft" ? looks[look] < best : looks[look] > best;
            (best, misses) = isBetter ? (looks[look], 0) : (best, misses + 1);
            if (misses == patience)
                return look + 1;
        }

        return looks.Count;

        static double Ndcg()
        {
            var lists = new ListFactory(ToyShop.Catalog, Start.Prompt);
            using var network = new Transformer(Start.Weights, TorchSharp.torch.CPU);
            return new GreedyValidation(lists, [.. HeldOut().Select(row => lists.Prepare(row.ToDialogue()))]).Ndcg(network, TestContext.Current.CancellationToken);
        }
    }

    private static double Loss(PolicyTransformer trained)
    {
        var prompt = trained.Policy.Prompt;
        using var network = new Transformer(trained.Policy.Weights, TorchSharp.torch.CPU);
        SftExample[] examples =
        [
            .. HeldOut().Select(row => new SftExample(
                prompt.Encode(row.ToDialogue()), [.. row.Demonstration.SelectMany(line => prompt.Tokenizer.Encode(line).Append(prompt.NewLineToken)), prompt.Tokenizer.EndOfTurn])),
        ];
        return new DemonstrationValidation(examples).Loss(network, TestContext.Current.CancellationToken);
    }

    private static float[] Weights(PolicyTransformer trained) => [.. trained.Policy.Weights.Tensors.Values.SelectMany(tensor => tensor.ToArray())];
}
