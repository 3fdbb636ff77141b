using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Tool.Teachers;

namespace MLNet.ConvRec.Tool.Demonstrate;

/// <summary>What <c>convrec demonstrate</c> is asked for.</summary>
internal sealed record DemonstrateOptions
{
    /// <summary>The items that may be recommended.</summary>
    public required string Catalog { get; init; }

    /// <summary>The dialogues that everything is fitted to.</summary>
    public required string Train { get; init; }

    /// <summary>The dialogues to build demonstrations for.</summary>
    public required string Dialogues { get; init; }

    /// <summary>The demonstrations to write; <see langword="null"/> for none, where something else is asked for.</summary>
    public string? Output { get; init; }

    /// <summary>The lists of all dialogues as recommendations to write; <see langword="null"/> for none.</summary>
    public string? Recommendations { get; init; }

    /// <summary>The dialogue whose way is told; <see langword="null"/> for none.</summary>
    public string? Explain { get; init; }

    /// <summary>Who writes lists and who grades them.</summary>
    public TeacherOptions Teachers { get; init; } = new();

    /// <summary>How demonstrations are built.</summary>
    public DemonstrationOptions Building { get; init; } = new();

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate()
    {
        if (Output is null && Recommendations is null && Explain is null)
            throw new ArgumentException("Nothing is asked for; give --output FILE, --recommendations FILE or --explain ID.");
        string[] inputs = [Catalog, Train, Dialogues];
        if (Output is not null)
            OutputFile.Require("--output", Output, inputs);
        if (Recommendations is not null)
            OutputFile.Require("--recommendations", Recommendations, Output is null ? inputs : [.. inputs, Output]);
        if (Building.Seed < 0)
            throw new ArgumentException($"--seed must be 0 or more, not {Building.Seed}.");
        Building.Validate();
        Teachers.Validate();
    }
}
