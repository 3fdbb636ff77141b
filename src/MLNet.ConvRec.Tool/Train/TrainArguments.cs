using System.CommandLine;
using MLNet.ConvRec.Tool.Teachers;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The options of <c>convrec train</c> as they are written.</summary>
internal sealed class TrainArguments
{
    private readonly Option<string> _catalog = FileOption.Required("--catalog", "The items that may be recommended, JSONL.");
    private readonly Option<string> _train = FileOption.Required("--train", "The dialogues to train on, JSONL.");
    private readonly Option<string?> _valid = FileOption.Optional("--valid", "Dialogues by which rank-grpo keeps its best weights.");
    private readonly Option<string> _output = FileOption.Required("--output", "The run's folder.", "RUN");

    private readonly Option<string> _backbone = new("--backbone")
    {
        Description = "What training starts from: tiny (made from scratch), or the folder of a policy.",
        HelpName = "tiny|FOLDER",
        DefaultValueFactory = _ => TrainOptions.TinyBackbone,
    };

    private readonly Option<string> _recipe = new("--recipe")
    {
        Description = "The defaults of all other options: world for a small one, real for thousands of items (soft imitation of nearly all of train, then reinforcement of what is held out), "
            + "paper for the paper's way (lists of a quarter of train, line by line). Default: by the catalog's size, world or real.",
        HelpName = RecipeName.All,
        DefaultValueFactory = _ => "",
    };

    private readonly TeacherArguments _teachers = new();

    private readonly Option<string> _stages = new("--stages")
    {
        Description = $"The stages to run; {StageNames.RankGrpo} stands for reinforcement by any --algorithm.",
        HelpName = "STAGES",
        DefaultValueFactory = _ => $"{StageNames.Demonstrations},{StageNames.Sft},{StageNames.RankGrpo}",
    };

    private readonly Option<string> _steps = new("--steps")
    {
        Description = "How many steps a stage takes. Default: the stage's own.",
        HelpName = "sft=N,rank-grpo=N",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _learningRate = new("--learning-rate")
    {
        Description = "A stage's learning rate after warm-up. Default: the stage's own.",
        HelpName = "sft=X,rank-grpo=Y",
        DefaultValueFactory = _ => "",
    };

    private readonly ImitationArguments _imitation = new();
    private readonly ReinforcementArguments _reinforcement = new();

    private readonly Option<string> _decoding = new("--decoding")
    {
        Description = "How the model writes lists, on --valid too: line by line, by the first line's probability (faster), or by both, joined. "
            + $"Default: first with --imitate {ImitationName.Soft}, otherwise lines.",
        HelpName = DecodingName.All,
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _precision = new("--precision")
    {
        Description = "The number formats of the network while it trains.",
        HelpName = PrecisionName.All,
        DefaultValueFactory = _ => "full",
    };

    private readonly Option<bool> _gradientCheckpointing = new("--gradient-checkpointing")
    {
        Description = "Compute activations again on the way back instead of keeping them: less memory, more time, the same gradients.",
    };

    private readonly Option<string> _batch = new("--batch")
    {
        Description = "Tokens that pass the network at a time: as many as the free memory holds, or a number. It changes memory and time, not the batch. Default: the stage's own.",
        HelpName = $"{MicroBatches.Auto}|TOKENS",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<int?> _lora = new("--lora")
    {
        Description = "Train adapters of this rank (LoRA; α is twice the rank) in place of all weights. They are merged into the model that is saved.",
        HelpName = "RANK",
        CustomParser = written => NumberOption.Read<int>(written, "a whole number such as 16"),
    };

    private readonly Option<double?> _budget = new("--budget")
    {
        Description = "Minutes that the run may take.",
        HelpName = "MINUTES",
        CustomParser = written => NumberOption.Read<double>(written, "a number of minutes such as 60"),
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Seed of every choice.",
        HelpName = "N",
        DefaultValueFactory = _ => TrainOptions.DefaultSeed,
        CustomParser = written => NumberOption.Read<int>(written, "a whole number such as 1"),
    };

    private readonly Option<int?> _gpu = GpuOption.Create("train");

    private readonly Option<int> _checkpointInterval = new("--checkpoint-every")
    {
        Description = "Steps between two checkpoints in RUN/checkpoints, from which an interrupted run is resumed.",
        HelpName = "N",
        DefaultValueFactory = _ => TrainOptions.DefaultCheckpointInterval,
        CustomParser = written => NumberOption.Read<int>(written, "a whole number such as 50"),
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on from the newest whole checkpoint of an interrupted run; begin anew where there is none.",
    };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _catalog, _train, _valid, _output, _backbone, _recipe, .. _teachers.All, _stages, _steps, _learningRate, .. _imitation.All, .. _reinforcement.All, _decoding, _precision, _gradientCheckpointing, _batch, _lora, _budget,
        _seed, _gpu, _checkpointInterval, _resume,
    ];

    /// <summary>Reads what was written.</summary>
    /// <exception cref="ArgumentException">An option can't be read; the sentence names it.</exception>
    public TrainOptions Read(ParseResult parsed) => new()
    {
        Catalog = parsed.GetRequiredValue(_catalog),
        Train = parsed.GetRequiredValue(_train),
        Valid = parsed.GetValue(_valid),
        Output = parsed.GetRequiredValue(_output),
        Backbone = parsed.GetRequiredValue(_backbone),
        Recipe = RecipeName.Parse(parsed.GetRequiredValue(_recipe)),
        Teachers = _teachers.Read(parsed),
        Stages = StageNames.Parse(parsed.GetRequiredValue(_stages)),
        Steps = StepCounts.Parse(parsed.GetRequiredValue(_steps)),
        LearningRates = LearningRates.Parse(parsed.GetRequiredValue(_learningRate)),
        Reinforcement = _reinforcement.Read(parsed),
        Imitation = _imitation.Read(parsed),
        Decoding = parsed.GetRequiredValue(_decoding) is { Length: > 0 } decoding ? DecodingName.Parse(decoding) : null,
        Precision = PrecisionName.Parse(parsed.GetRequiredValue(_precision)),
        IsRecomputed = parsed.GetValue(_gradientCheckpointing),
        MicroBatches = MicroBatches.Parse(parsed.GetRequiredValue(_batch)),
        LoraRank = parsed.GetValue(_lora),
        BudgetMinutes = parsed.GetValue(_budget),
        Seed = parsed.GetValue(_seed),
        Gpu = parsed.GetValue(_gpu),
        CheckpointInterval = parsed.GetValue(_checkpointInterval),
        IsResumed = parsed.GetValue(_resume),
    };
}
