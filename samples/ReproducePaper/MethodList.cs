namespace ReproducePaper;

/// <summary>What <c>--methods</c> names: methods of reinforcement, and imitations that are compared with the whole one.</summary>
/// <param name="Contenders">The methods of reinforcement.</param>
/// <param name="Ablations">The imitations.</param>
internal sealed record MethodList(IReadOnlyList<Contender> Contenders, IReadOnlyList<Ablation> Ablations)
{
    /// <summary>All names that can be written, without μ.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Contender.Methods, .. Ablation.All.Select(ablation => ablation.Name)];

    /// <summary>Reads names such as <c>rank-grpo:2</c> and <c>sft-without-reflect</c>.</summary>
    /// <exception cref="ArgumentException">One of them is unknown.</exception>
    public static MethodList Parse(IEnumerable<string> names)
    {
        var byKind = names.ToLookup(name => Ablation.All.SingleOrDefault(ablation => ablation.Name == name));
        return new MethodList([.. byKind[null].Select(Contender.Parse)], [.. Ablation.All.Where(byKind.Contains)]);
    }
}
