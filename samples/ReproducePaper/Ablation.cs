using MLNet.ConvRec.Demonstrations;

namespace ReproducePaper;

/// <summary>An imitation of demonstrations that lack a step of Remap-Reflect-Adjust.</summary>
/// <param name="Name">Its name among the methods.</param>
/// <param name="Steps">The steps that are left.</param>
internal sealed record Ablation(string Name, DemonstrationSteps Steps)
{
    /// <summary>The imitation of whole demonstrations, with which reinforcement begins.</summary>
    public const string Whole = "sft";

    /// <summary>Without a judge's grades; only where there is a judge it differs from <see cref="Whole"/>.</summary>
    public static Ablation WithoutReflect { get; } = new($"{Whole}-without-reflect", DemonstrationSteps.Remap | DemonstrationSteps.Adjust);

    /// <summary>Without similar items too: the teacher's own items in an order corrected for what people choose.</summary>
    public static Ablation WithoutRemapReflect { get; } = new($"{Whole}-without-remap-reflect", DemonstrationSteps.Adjust);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Ablation> All { get; } = [WithoutReflect, WithoutRemapReflect];

    /// <summary>Whether a run of this name is an imitation.</summary>
    public static bool IsImitation(string name) => name == Whole || All.Any(ablation => ablation.Name == name);
}
