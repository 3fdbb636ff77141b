namespace ReproducePaper.Paper;

/// <summary>A language model that the paper trains.</summary>
/// <param name="Name">How <c>--backbone</c> names it, and the folder that it is brought in.</param>
/// <param name="Checkpoint">The checkpoint's published name.</param>
/// <param name="Weights">Its weights, in billions.</param>
internal sealed record PaperBackbone(string Name, string Checkpoint, double Weights)
{
    /// <summary>The paper's three.</summary>
    public static IReadOnlyList<PaperBackbone> All { get; } =
    [
        new("qwen2.5-0.5b", "Qwen2.5-0.5B-Instruct", 0.494),
        new("llama-3.2-1b", "Llama-3.2-1B-Instruct", 1.236),
        new("llama-3.2-3b", "Llama-3.2-3B-Instruct", 3.213),
    ];

    /// <summary>Finds a backbone; <see langword="null"/> where there is none of this name.</summary>
    public static PaperBackbone? Find(string? name) => All.FirstOrDefault(backbone => backbone.Name == name);
}
