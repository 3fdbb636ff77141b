using ReproducePaper.Paper;

namespace ReproducePaper;

/// <summary>What the command line asks for; what is <see langword="null"/> follows from the data (<see cref="Recipe"/>).</summary>
internal sealed record Options
{
    /// <summary>A folder with <c>catalogs/</c> and <c>dialogues/</c>; none by default: QuickStart's simulated world.</summary>
    public string? Data { get; init; }

    /// <summary>The dataset in <see cref="Data"/>, for example <c>redial</c>.</summary>
    public string? Dataset { get; init; }

    /// <summary>Minutes after which no further run begins; none by default.</summary>
    public double? BudgetMinutes { get; init; }

    /// <summary>The folder to write; what an earlier process finished there is kept.</summary>
    public string Output { get; init; } = Path.Combine("artifacts", "reproduce");

    /// <summary>How many seeds each method is run with. The default is 5.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>The methods that are compared.</summary>
    public IReadOnlyList<Contender> Methods { get; init; } = Contender.All;

    /// <summary>Imitations without a step of Remap-Reflect-Adjust that are compared with the whole one. The default is none.</summary>
    public IReadOnlyList<Ablation> Ablations { get; init; } = [];

    /// <summary>Whether the teacher also grades candidates, for Reflect.</summary>
    public bool IsJudged { get; init; }

    /// <summary>A folder for the paper's table, made of <see cref="Runs"/> without training; none by default: runs are made.</summary>
    public string? Table { get; init; }

    /// <summary>A zip or a folder of kept runs; none by default: those of <see cref="Output"/>.</summary>
    public string? Runs { get; init; }

    /// <summary>A table that was kept of runs some of which were not, such as <c>docs/results/reinforcement-redial.json</c>.</summary>
    public string? KeptTable { get; init; }

    /// <summary>Options as they were published, <c>paper</c>; none by default: those of the data.</summary>
    public string? Preset { get; init; }

    /// <summary>The paper's language model that <see cref="Preset"/> trains, such as <c>qwen2.5-0.5b</c>.</summary>
    public string? Backbone { get; init; }

    /// <summary>The GPU to train on; none by default: the CPU.</summary>
    public int? Gpu { get; init; }

    /// <summary>Learning rates of which each method keeps its best.</summary>
    public IReadOnlyList<double>? Rates { get; init; }

    /// <summary>Share of train's conversations that demonstrations know nothing of, and that are reinforced.</summary>
    public double? HeldOut { get; init; }

    /// <summary>Share of the conversations known to the demonstrations that is imitated.</summary>
    public double? Share { get; init; }

    /// <summary>Copies of each imitated dialogue with its items exchanged for others.</summary>
    public int? Substitutions { get; init; }

    /// <summary>Whether what the demonstrations know and don't imitate is reinforced instead of what was held out: it shows what holding out is for.</summary>
    public bool IsKnownReinforced { get; init; }

    /// <summary>Steps of imitation.</summary>
    public int? SftSteps { get; init; }

    /// <summary>Steps of reinforcement.</summary>
    public int? Steps { get; init; }

    /// <summary>Dialogues of a step of reinforcement.</summary>
    public int? BatchSize { get; init; }

    /// <summary>β.</summary>
    public double? KlCoefficient { get; init; }

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate()
    {
        Require(Preset is null or "paper", $"--preset must be paper, not {Preset}.");
        Require(Preset is null || (Data is not null && Dataset is null or PaperPreset.Dataset), $"--preset paper is of {PaperPreset.Dataset} and needs --data FOLDER, where its files were brought; leave --dataset out.");
        Require((Preset is null) == (Backbone is null) && (Backbone is null || PaperBackbone.Find(Backbone) is not null), $"--preset paper and --backbone NAME go together; give one of {string.Join(", ", PaperBackbone.All.Select(backbone => backbone.Name))}.");
        Require(Preset is null || (Ablations.Count == 0 && !IsJudged && HeldOut is null && Share is null && Substitutions is null), "--preset paper imitates the demonstrations that were brought; leave --held-out, --share, --substitutions, --judge and methods sft-… out.");
        Require(Gpu is null or >= 0, $"--gpu must be the number of a GPU, 0 or more, not {Gpu}.");
        Require(Preset is not null || (Data is null) == (Dataset is null), "--data FOLDER and --dataset NAME go together; give both, or neither for the simulated world.");
        Require(BudgetMinutes is null or (> 0 and <= 10_080), $"--budget must be a number of minutes above 0 and at most 10080 (a week), not {BudgetMinutes}.");
        Require(!string.IsNullOrWhiteSpace(Output) && !File.Exists(Output), $"--output must name a folder, not '{Output}'.");
        Require(Table is null || (!string.IsNullOrWhiteSpace(Table) && !File.Exists(Table)), $"--table must name a folder, not '{Table}'.");
        Require(Table is not null || Runs is null, "--runs FILE is what --table FOLDER is made of; add --table, or leave it out.");
        Require(Table is not null || KeptTable is null, "--kept-table FILE fills rows of --table FOLDER; add --table, or leave it out.");
        Require(IsJudged || !Ablations.Contains(Ablation.WithoutReflect), $"--methods {Ablation.WithoutReflect.Name} is what {Ablation.Whole} is where nobody grades; add --judge world, or leave it out.");
        Require(Seeds >= 1, $"--seeds must be 1 or more, not {Seeds}.");
        Require(Rates is null || (Rates.Count > 0 && Rates.All(rate => rate > 0)), "--rates must be numbers above 0 with commas between them, such as 1e-4,3e-4.");
        Require(HeldOut is null or (>= 0 and < 1), $"--held-out must be from 0 to below 1, not {HeldOut}.");
        Require(Share is null or (> 0 and <= 1), $"--share must be above 0 and at most 1, not {Share}.");
        Require(Substitutions is null or >= 0, $"--substitutions must be 0 or more, not {Substitutions}.");
        Require(SftSteps is null or >= 1, $"--sft-steps must be 1 or more, not {SftSteps}.");
        Require(Steps is null or >= 1, $"--steps must be 1 or more, not {Steps}.");
        Require(BatchSize is null or >= 1, $"--batch must be 1 or more, not {BatchSize}.");
        Require(KlCoefficient is null or >= 0, $"--kl must be 0 or more, not {KlCoefficient}.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }
}
