using System.Collections;
using System.Security.Cryptography;
using Microsoft.ML;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Training.Checkpoints;

/// <summary>A stage short enough to be killed hundreds of times.</summary>
internal abstract class ToyRun
{
    protected const ulong Seed = 11;

    protected static readonly PolicyModel Start = ToyShop.Policy(ToyRows.ListLength);

    /// <summary>A run of a stage by its name.</summary>
    public static ToyRun Of(string stage) => stage switch
    {
        "sft" => new ImitationRun(Precision.Full),
        "sft of scores" => new ImitationRun(Precision.Full, imitation: ImitationTarget.FirstLine),
        "sft of scores by line" => new ImitationRun(Precision.Full, imitation: ImitationTarget.Lines),
        "sft in bfloat16" => new ImitationRun(Precision.BFloat16),
        "sft with adapters" => new ImitationRun(Precision.Full, new LoraOptions { Rank = 3 }),
        "rank-grpo with adapters" => new ReinforcementRun { Lora = new LoraOptions { Rank = 3 } },
        _ => new ReinforcementRun(),
    };

    /// <summary>A reinforcement that is cancelled while it looks at the validation set for the n-th time.</summary>
    public static ToyRun CancelledAtLook(int look, CancellationTokenSource cancellation) => new ReinforcementRun(look, cancellation);

    public abstract int Steps { get; }

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    protected virtual Precision Precision => Precision.Full;

    /// <summary>Trains the first weights and returns a hash of the last ones.</summary>
    public string Train(RunCheckpoints? checkpoints, Action<TrainingProgress>? report = null)
    {
        using var network = new Transformer(Start.Weights, TorchSharp.torch.CPU, Precision);
        Run(network, checkpoints, report ?? (_ => { }));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, parameter) in network.Trained)
            hash.AppendData(parameter.detach().bytes);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public string Train(CheckpointOptions options, ICheckpointFiles? files = null, Action<string>? warn = null, Action<TrainingProgress>? report = null) =>
        Train(new RunCheckpoints(options, Identity(), files ?? new DiskFiles(), warn ?? (message => Assert.Fail(message))), report);

    public abstract RunIdentity Identity();

    protected abstract void Run(Transformer network, RunCheckpoints? checkpoints, Action<TrainingProgress> report);

    private sealed class ImitationRun(Precision precision, LoraOptions? lora = null, ImitationTarget imitation = ImitationTarget.List) : ToyRun
    {
        private SftOptions Options => new() { Imitation = imitation, Lora = lora, Epochs = 2, BatchSize = 4, Dropout = 0.1 };

        private SftExample[] Examples => new SftExamples(ToyShop.Catalog, Start.Prompt, Options).Of(new MLContext().Data.LoadFromEnumerable(ToyRows.Make(24)));

        public override int Steps => 6;

        protected override Precision Precision => precision;

        public override RunIdentity Identity() => RunIdentity.Of("sft", Seed, ToyShop.Catalog, Start, Options);

        protected override void Run(Transformer network, RunCheckpoints? checkpoints, Action<TrainingProgress> report) =>
            SftLoop.Run(network, Examples, Options, Seed, Clock, report, checkpoints);
    }

    private sealed class ReinforcementRun(int cancelledLook = 0, CancellationTokenSource? cancellation = null) : ToyRun
    {
        private static readonly ListFactory Lists = new(ToyShop.Catalog, Start.Prompt);

        public LoraOptions? Lora { get; init; }

        private RankGrpoOptions Options => new()
        {
            Lora = Lora,
            Steps = 5,
            BatchSize = 4,
            GroupSize = 4,
            LearningRate = 1e-2,
            KlCoefficient = 0.05,
            UpdatesPerRollout = 2,
            ValidationInterval = 2,
            FinalRateRatio = 0.2,
        };

        private static readonly RolloutPrompt[] Prompts = [.. ToyRows.Make(10).Select(row => Lists.Prepare(row.ToDialogue()))];

        public override int Steps => Options.Steps;

        public override RunIdentity Identity() => RunIdentity.Of("rank-grpo", Seed, ToyShop.Catalog, Start, Options);

        protected override void Run(Transformer network, RunCheckpoints? checkpoints, Action<TrainingProgress> report) =>
            RankGrpoLoop.Run(
                PolicyObjective.RankGrpo, network, Lists, Prompts, new GreedyValidation(Lists, new CountedPrompts(Prompts[..6], Look)), Options with { CancellationToken = cancellation?.Token ?? default },
                Seed, Clock, report, checkpoints);

        private void Look(int look)
        {
            if (look == cancelledLook)
                cancellation!.Cancel();
        }
    }

    // Tells of each time that they are gone through.
    private sealed class CountedPrompts(RolloutPrompt[] prompts, Action<int> look) : IReadOnlyList<RolloutPrompt>
    {
        private int _looks;

        public int Count => prompts.Length;

        public RolloutPrompt this[int index] => prompts[index];

        public IEnumerator<RolloutPrompt> GetEnumerator()
        {
            look(++_looks);
            return prompts.AsEnumerable().GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
