using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tool.Teachers;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What <c>convrec train</c> is asked for.</summary>
internal sealed record TrainOptions
{
    /// <summary>The name of the backbone that is made from scratch; any other is a folder.</summary>
    public const string TinyBackbone = "tiny";

    /// <summary>The seed without <c>--seed</c>.</summary>
    public const int DefaultSeed = 3407;

    /// <summary>The steps between two checkpoints without <c>--checkpoint-every</c>.</summary>
    public const int DefaultCheckpointInterval = 50;

    /// <summary>The items that may be recommended.</summary>
    public required string Catalog { get; init; }

    /// <summary>The dialogues to train on.</summary>
    public required string Train { get; init; }

    /// <summary>The dialogues by which reinforcement keeps its best weights; <see langword="null"/> for the last ones.</summary>
    public string? Valid { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Output { get; init; }

    /// <summary><see cref="TinyBackbone"/>, or the folder of a policy.</summary>
    public string Backbone { get; init; } = TinyBackbone;

    /// <summary>The recipe that all other options change, by its name; <see langword="null"/> for that which suits the catalog's size.</summary>
    public string? Recipe { get; init; }

    /// <summary>Who writes lists and who grades them.</summary>
    public TeacherOptions Teachers { get; init; } = new();

    /// <summary>The stages to run.</summary>
    public TrainStages Stages { get; init; } = TrainStages.All;

    /// <summary>How many steps each stage takes.</summary>
    public StepCounts Steps { get; init; } = new();

    /// <summary>With which rate each stage learns.</summary>
    public LearningRates LearningRates { get; init; } = new();

    /// <summary>What is imitated.</summary>
    public ImitationOptions Imitation { get; init; } = new();

    /// <summary>How the policy is reinforced.</summary>
    public ReinforcementOptions Reinforcement { get; init; } = new();

    /// <summary>How the model writes lists, and those that are judged on the way; <see langword="null"/> for what suits that which is imitated.</summary>
    public ListDecoding? Decoding { get; init; }

    /// <summary>The number formats of the network while it trains.</summary>
    public Precision Precision { get; init; }

    /// <summary>Whether activations are computed again on the way back instead of kept.</summary>
    public bool IsRecomputed { get; init; }

    /// <summary>How many tokens pass the network at a time.</summary>
    public MicroBatches MicroBatches { get; init; } = new();

    /// <summary>The rank of the adapters that are trained; <see langword="null"/>: all weights are trained.</summary>
    public int? LoraRank { get; init; }

    /// <summary>How many minutes the run may take; <see langword="null"/> for as long as its steps need.</summary>
    public double? BudgetMinutes { get; init; }

    /// <summary>The seed of every choice.</summary>
    public int Seed { get; init; } = DefaultSeed;

    /// <summary>The GPU to train on; <see langword="null"/>: the CPU.</summary>
    public int? Gpu { get; init; }

    /// <summary>Steps between two checkpoints.</summary>
    public int CheckpointInterval { get; init; } = DefaultCheckpointInterval;

    /// <summary>Whether an interrupted run is gone on with.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Whether a stage runs.</summary>
    public bool Has(TrainStages stage) => Stages.HasFlag(stage);

    /// <summary>Returns the recipe for a catalog of this many items, with what was asked for.</summary>
    public TrainingRecipe RecipeFor(int itemCount)
    {
        var recipe = RecipeName.Of(Recipe, itemCount);
        var chosen = MicroBatches.Applied(Imitation.Applied(LearningRates.Applied(Steps.Applied(recipe)), Has(TrainStages.RankGrpo)));
        var isFirst = chosen.Sft.Imitation == ImitationTarget.FirstLine;
        var decoding = Decoding ?? (isFirst ? ListDecoding.First : ListDecoding.Lines);
        var rollouts = isFirst && !Reinforcement.IsFree ? RolloutDistribution.FirstLine : RolloutDistribution.Lines;
        var lora = LoraRank is { } rank ? new LoraOptions { Rank = rank, Alpha = 2 * rank } : null;
        return chosen with
        {
            Sft = chosen.Sft with { Precision = Precision, GradientCheckpointing = IsRecomputed, Lora = lora, Decoding = decoding },
            RankGrpo = Reinforcement.Applied(chosen.RankGrpo with { Rollouts = rollouts }) with
            {
                Precision = Precision,
                GradientCheckpointing = IsRecomputed,
                Lora = lora,
                Decoding = decoding,
                ValidationDecoding = decoding,
            },
        };
    }

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Output), "--output must name a folder, for example --output artifacts/redial.");
        Require(!File.Exists(Output), $"--output {Output} is a file; name a folder.");
        Require(
            BudgetMinutes is null or (> 0 and <= 10_080),
            $"--budget must be above 0 and at most 10080 minutes (a week), not {BudgetMinutes}.");
        Require(LoraRank is null or >= 1, $"--lora must be 1 or more, not {LoraRank}.");
        Require(Seed >= 0, $"--seed must be 0 or more, not {Seed}.");
        Require(CheckpointInterval > 0, $"--checkpoint-every must be 1 or more, not {CheckpointInterval}.");
        Require(
            IsResumed || !new RunFolder(Output).HasCheckpoints,
            $"--output {Output} holds an interrupted run; add --resume to go on with it, or delete {Path.Combine(Output, RunFolder.Checkpoints)} to begin anew.");
        RequireStages();
        RequireTeacher();
        if (Backbone != TinyBackbone)
            Require(Directory.Exists(Backbone), $"--backbone {Backbone} is not there; give {TinyBackbone} or the folder of a policy.");
    }

    private void RequireStages()
    {
        const string demonstrations = StageNames.Demonstrations, sft = StageNames.Sft, rankGrpo = StageNames.RankGrpo;
        Require(
            !Has(TrainStages.Sft) || Has(TrainStages.Demonstrations),
            $"The stage {sft} imitates demonstrations; write --stages {demonstrations},{sft}.");
        Require(
            !Has(TrainStages.Demonstrations) || Has(TrainStages.Sft),
            $"The stage {demonstrations} alone trains nothing; write --stages {demonstrations},{sft}.");
        Require(Steps.Sft is null || Has(TrainStages.Sft), $"--steps {sft}={Steps.Sft} needs the stage {sft}; add it to --stages.");
        Require(
            Steps.RankGrpo is null || Has(TrainStages.RankGrpo),
            $"--steps {rankGrpo}={Steps.RankGrpo} needs the stage {rankGrpo}; add it to --stages.");
        Require(
            LearningRates.Sft is null || Has(TrainStages.Sft),
            $"--learning-rate {sft}={LearningRates.Sft} needs the stage {sft}; add it to --stages.");
        Require(
            LearningRates.RankGrpo is null || Has(TrainStages.RankGrpo),
            $"--learning-rate {rankGrpo}={LearningRates.RankGrpo} needs the stage {rankGrpo}; add it to --stages.");
        Imitation.Validate(Has(TrainStages.Sft));
        ItemFeaturesName.Validate(Imitation.ItemFeatures, this);
        Reinforcement.Validate(Has(TrainStages.RankGrpo));
        Require(Reinforcement.Patience is null || Valid is not null, $"--patience {Reinforcement.Patience} needs dialogues to look at; add --valid.");
    }

    private void RequireTeacher()
    {
        Teachers.Validate();
        Require(
            (Teachers.Teacher is null && Teachers.WorldRatings is null) || Has(TrainStages.Demonstrations),
            $"A teacher is asked in the stage {StageNames.Demonstrations} alone; add it to --stages, or leave the teacher out.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }
}
