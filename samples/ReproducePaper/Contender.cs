using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;

namespace ReproducePaper;

/// <summary>A method of reinforcement that is compared with the others.</summary>
/// <param name="Method">Its name without μ.</param>
/// <param name="Updates">μ, updates on each batch of rollouts.</param>
/// <param name="Reward">The reward of a rank; <see langword="null"/> where a list is rewarded as a whole.</param>
internal sealed record Contender(string Method, int Updates, RankReward? Reward)
{
    private const string GrpoName = "grpo", GspoName = "gspo", RankGrpoName = "rank-grpo", ZeroName = "r1-zero", FreeName = $"{RankGrpoName}-free";

    /// <summary>All that can be named, without μ.</summary>
    public static IReadOnlyList<string> Methods { get; } = [GrpoName, GspoName, RankGrpoName, $"{RankGrpoName}-exp2", $"{RankGrpoName}-dcg", ZeroName, FreeName];

    /// <summary>The method with μ, such as <c>rank-grpo:2</c>.</summary>
    public string Name => $"{Method}:{Updates}";

    /// <summary>Whether it begins with random weights and not with what imitation learned.</summary>
    public bool IsFromScratch => Method == ZeroName;

    /// <summary>Whether its rollouts are sampled freely, as the paper's are, and not under the catalog mask.</summary>
    public bool IsFree => Method == FreeName;

    /// <summary>
    /// What the paper compares, for μ = 1 and 2, under the catalog mask. With one update all ratios are 1, and GRPO and GSPO have the same gradient: at μ = 1 GRPO
    /// stands for both.
    /// </summary>
    public static IReadOnlyList<Contender> All { get; } = [.. new[] { 1, 2 }.SelectMany(updates => Methods.Where(method => method != FreeName && (updates > 1 || method != GspoName)).Select(method => Parse($"{method}:{updates}")))];

    /// <summary>Reads a name such as <c>rank-grpo:2</c>; without μ it is 1.</summary>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static Contender Parse(string name)
    {
        var parts = name.Split(':');
        if (parts.Length > 2 || !Methods.Contains(parts[0]) || !int.TryParse(parts.ElementAtOrDefault(1) ?? "1", out var updates) || updates < 1)
            throw new ArgumentException($"--methods {name} is unknown; write a method and its updates, such as rank-grpo:2, of {string.Join(", ", MethodList.Names)}.");
        return new Contender(parts[0], updates, parts[0] switch
        {
            RankGrpoName or ZeroName or FreeName => new RankReward.ExpInfinity(),
            $"{RankGrpoName}-exp2" => new RankReward.Exp(2),
            $"{RankGrpoName}-dcg" => new RankReward.DcgFrom(),
            _ => null,
        });
    }

    /// <summary>Makes the trainer of a policy that imitation taught.</summary>
    public RankGrpoTrainer Trainer(MLContext ml, ItemCatalog catalog, PolicyModel start, RankGrpoOptions options)
    {
        var own = options with { UpdatesPerRollout = Updates };
        return Method switch
        {
            GrpoName => ml.Transforms.ConvRec.Grpo(catalog, start, own),
            GspoName => ml.Transforms.ConvRec.Gspo(catalog, start, own),
            _ => ml.Transforms.ConvRec.RankGrpo(catalog, start, own with { Reward = Reward!, IsCatalogConstrained = own.IsCatalogConstrained && !IsFree }),
        };
    }

    /// <summary>Makes the trainer of random weights.</summary>
    public RankGrpoTrainer Trainer(MLContext ml, ItemCatalog catalog, Backbone backbone, RankGrpoOptions options) =>
        ml.Transforms.ConvRec.RankGrpo(catalog, backbone, options with { UpdatesPerRollout = Updates, Reward = Reward! });
}
