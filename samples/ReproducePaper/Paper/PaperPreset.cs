using System.Globalization;
using System.Text;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace ReproducePaper.Paper;

/// <summary>The paper's own training: Reddit-v2, one of its three language models, every option as it was published.</summary>
/// <param name="backbone">The language model.</param>
/// <param name="folder">The folder that everything is brought in.</param>
internal sealed class PaperPreset(PaperBackbone backbone, string folder)
{
    /// <summary>The data's name.</summary>
    public const string Dataset = "reddit-v2";

    private static readonly string[] Splits = ["train", "valid", "test"];
    private static readonly string[] CheckpointFiles = ["config.json", "tokenizer.json", "tokenizer_config.json"];
    private static readonly string[] WeightFiles = ["model.safetensors", "model.safetensors.index.json"];

    private string Checkpoint => Path.Combine(folder, "backbones", backbone.Name);

    private string Demonstrations => Path.Combine(folder, "demonstrations", $"{Dataset}.jsonl");

    /// <summary>The recipe.</summary>
    public Recipe Recipe => new()
    {
        Training = new TrainingRecipe
        {
            Backbone = Backbone.FromFolder(Checkpoint) with { Prompt = new PromptOptions { MaxPromptTokens = 2048 } },
            Demonstrations = new DemonstrationOptions(),
            Sft = new SftOptions
            {
                LearningRate = 5e-5,
                WarmupRatio = 0.05,
                RateSchedule = LearningRateSchedule.Cosine,
                FinalRateRatio = 0,
                Epochs = 10,
                MaxSteps = 1500,
                BatchSize = 192,
                Beta2 = 0.999,
                WeightDecay = 0,
                Dropout = 0,
                Precision = Precision.Mixed,
                GradientCheckpointing = true,
            },
            RankGrpo = RankGrpoOptions.Paper with
            {
                Steps = 15_800,
                BatchSize = 24,
                WarmupRatio = 0,
                RateSchedule = LearningRateSchedule.Constant,
                MaxListTokens = 1024,
                LengthShaping = new LengthShaping(),
                IncludeImitated = true,
                ValidationInterval = 200,
                Precision = Precision.Mixed,
                GradientCheckpointing = true,
            },
            ValidationCount = 600,
        },
        Rates = [RankGrpoOptions.Paper.LearningRate],
        TuningCount = 600,
        DemonstrationsPath = Demonstrations,
    };

    /// <summary>Every option with where it is from, and how long it takes.</summary>
    public string Describe()
    {
        var recipe = Recipe.Training;
        var (rra, sft, rl) = (recipe.Demonstrations, recipe.Sft, recipe.RankGrpo);
        (string Option, string Value, string From)[] options =
        [
            ("backbone", backbone.Checkpoint, "paper"),
            ("demonstrations: λ, γ, L, N_r", $"{Number(rra.Lambda)}, {Number(rra.Gamma)}, {rra.RatingScale}, {rra.Candidates}", "paper; of the file that is brought"),
            ("demonstrations: share of train", Number(rra.Share), "paper; of the file that is brought"),
            ("sft: learning rate, warm-up", $"{Number(sft.LearningRate)}, {Number(sft.WarmupRatio)}", "paper"),
            ("sft: schedule", "cosine to 0", "authors' code"),
            ("sft: steps", Number(sft.MaxSteps!.Value), "paper: slightly overfitted on purpose"),
            ("sft: demonstrations a step", Number(sft.BatchSize), "authors' command: 12 a GPU x 8 x 2 GPUs"),
            ("sft: Adam β, weight decay", $"{Number(sft.Beta1)}/{Number(sft.Beta2)}, {Number(sft.WeightDecay)}", "defaults of the authors' trainer"),
            ("rank-grpo: learning rate", $"{Number(rl.LearningRate)}, constant", "paper; the authors' Llamas go on with 1e-7 after step 8,000"),
            ("rank-grpo: β, ε low and high", $"{Number(rl.KlCoefficient)}, {Number(rl.ClipLow)} and {Number(rl.ClipHigh)}", "paper"),
            ("rank-grpo: Adam β", $"{Number(rl.Beta1)}/{Number(rl.Beta2)}", "paper"),
            ("rank-grpo: G, N", $"{rl.GroupSize}, {recipe.Backbone.Prompt.ListLength}", "paper"),
            ("rank-grpo: μ", "1 or 2, by --methods", "paper"),
            ("rank-grpo: dialogues a step", Number(rl.BatchSize), "authors' command: 16 lists a GPU x 6 x 2 GPUs, by G"),
            ("rank-grpo: steps", Number(rl.Steps), "the checkpoint that the authors' command evaluates, about one pass over train"),
            ("rank-grpo: sampling", $"free, temperature {Number(rl.Temperature)}", "paper"),
            ("rank-grpo: length shaping", $"{Number(rl.LengthShaping!.PenaltyPastEnd)}, {Number(rl.LengthShaping.PenaltyOfEarlyEnd)}, {Number(rl.LengthShaping.BonusOfExactEnd)}", "paper has penalties; the amounts are this library's"),
            ("tokens of a prompt, of a list", $"{Number(recipe.Backbone.Prompt.MaxPromptTokens)}, {Number(rl.MaxListTokens)}", "authors' command"),
            ("number format", "bfloat16 products, float32 weights and Adam", "authors: bfloat16 and an 8-bit Adam"),
        ];
        var text = new StringBuilder("| option | value | from |\n| --- | --- | --- |\n");
        foreach (var (option, value, from) in options)
            text.Append(CultureInfo.InvariantCulture, $"| {option} | {value} | {from} |\n");
        return $"{text}\n{new PaperCost(backbone, recipe).Describe()}\n";
    }

    /// <summary>Sees that everything was brought.</summary>
    /// <exception cref="FileNotFoundException">It wasn't; the sentence names each file that is missing.</exception>
    public void RequireFiles()
    {
        string[] files =
        [
            Path.Combine(folder, "catalogs", $"{Dataset}.jsonl"),
            .. Splits.Select(split => Path.Combine(folder, "dialogues", Dataset, $"{split}.jsonl")),
            Demonstrations,
            .. CheckpointFiles.Select(file => Path.Combine(Checkpoint, file)),
        ];
        string[] missing = [.. files.Where(file => !File.Exists(file)), .. HasWeights() ? Array.Empty<string>() : [Path.Combine(Checkpoint, WeightFiles[0])]];
        if (missing.Length > 0)
            throw new FileNotFoundException($"--preset paper --backbone {backbone.Name} needs {string.Join(", ", missing)}; docs/paper.md says where each is from.", missing[0]);
    }

    private bool HasWeights() => WeightFiles.Any(file => File.Exists(Path.Combine(Checkpoint, file)));

    private static string Number(double value) => value is > 0 and < 1e-3 ? value.ToString("0.###e0", CultureInfo.InvariantCulture) : value.ToString("#,0.###", CultureInfo.InvariantCulture);
}
