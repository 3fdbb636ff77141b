namespace ReproducePaper.Paper;

/// <summary>A row of the paper's table.</summary>
/// <param name="Name">Its name in <c>table.json</c>.</param>
/// <param name="Method">The runs that it is made of, as <c>--methods</c> names them; <see langword="null"/> where nothing is trained.</param>
internal sealed record PaperRow(string Name, string? Method = null)
{
    /// <summary>The row of a language model's own lists.</summary>
    public const string ZeroShot = "zeroShot";

    /// <summary>The row of CRAG.</summary>
    public const string Crag = "crag";

    /// <summary>The row of imitation, which gains are counted from.</summary>
    public const string Sft = "sft";

    /// <summary>The row of the imitation without Reflect.</summary>
    public const string WithoutReflect = "sftWithoutReflect";

    /// <summary>The row of GSPO with one update on each batch of rollouts.</summary>
    public const string Gspo = "gspo";

    private static readonly (string Name, string Method)[] Reinforced =
        [("grpo", "grpo"), (Gspo, "gspo"), ("rankGrpo", "rank-grpo"), ("rankGrpoExp2", "rank-grpo-exp2"), ("rankGrpoDcgFrom", "rank-grpo-dcg"), ("r1Zero", "r1-zero")];

    /// <summary>The rows in their order: without training, imitations, reinforcement with μ = 1, and then what the paper varies: μ = 2 and free sampling.</summary>
    public static IReadOnlyList<PaperRow> All { get; } =
    [
        .. new[] { "popularity", "namedTogether", "repeater", "teacher", "demonstrations", ZeroShot, Crag }.Select(name => new PaperRow(name)),
        new(Sft, Ablation.Whole), new(WithoutReflect, Ablation.WithoutReflect.Name), new("sftWithoutRemapReflect", Ablation.WithoutRemapReflect.Name),
        .. Reinforced.Select(row => new PaperRow(row.Name, $"{row.Method}:1")),
        .. Reinforced.Select(row => new PaperRow($"{row.Name}:2", $"{row.Method}:2")),
        new("rankGrpoFree", "rank-grpo-free:1"), new("rankGrpoFree:2", "rank-grpo-free:2"),
    ];

    /// <summary>What is compared: each with that which it is meant to be better than.</summary>
    public static IReadOnlyList<(string A, string B)> Pairs { get; } =
    [
        .. new[] { "popularity", "namedTogether", "teacher", "demonstrations", WithoutReflect, "sftWithoutRemapReflect" }.Select(other => (Sft, other)),
        .. new[] { "popularity", "namedTogether", "teacher" }.Select(other => (ZeroShot, other)),
        .. All.Where(row => row.Method is { } method && !Ablation.IsImitation(method)).SelectMany(row => new[] { Sft, "grpo", Gspo, "rankGrpo", "namedTogether" }
            .Where(other => IsMeantToBeat(row.Name, other)).Select(other => (row.Name, other is Sft or "namedTogether" ? other : $"{other}{Updates(row.Name)}"))),
    ];

    // Rank-GRPO's forms against GRPO and GSPO with as many updates, other rewards and free sampling against it, and it against counting.
    private static bool IsMeantToBeat(string name, string other) => (name.Split(':')[0], other) switch
    {
        (_, Sft) => true,
        (var method, "grpo" or Gspo) => method.StartsWith("rankGrpo", StringComparison.Ordinal),
        (var method, "rankGrpo") => method is "rankGrpoExp2" or "rankGrpoDcgFrom" or "rankGrpoFree",
        (var method, "namedTogether") => method == "rankGrpo",
        _ => false,
    };

    private static string Updates(string name) => name.EndsWith(":2", StringComparison.Ordinal) ? ":2" : "";
}
