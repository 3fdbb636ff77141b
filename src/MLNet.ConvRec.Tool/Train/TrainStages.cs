namespace MLNet.ConvRec.Tool.Train;

/// <summary>The stages of training.</summary>
[Flags]
internal enum TrainStages
{
    None = 0,
    Demonstrations = 1,
    Sft = 2,
    RankGrpo = 4,
    All = Demonstrations | Sft | RankGrpo,
}

/// <summary>The stages' names on the command line.</summary>
internal static class StageNames
{
    public const string Demonstrations = "demonstrations";
    public const string Sft = "sft";
    public const string RankGrpo = "rank-grpo";

    /// <summary>Reads <c>--stages</c>, names with commas between them.</summary>
    /// <exception cref="ArgumentException">A name is unknown, or there is none.</exception>
    public static TrainStages Parse(string written)
    {
        var stages = TrainStages.None;
        foreach (var name in written.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            stages |= StageOf(name);
        return stages != TrainStages.None
            ? stages
            : throw new ArgumentException($"--stages must name at least one of {Demonstrations},{Sft},{RankGrpo}.");
    }

    /// <summary>Returns the names of stages, in the order in which they run.</summary>
    public static string Of(TrainStages stages) => string.Join(", ", ((string[])[Demonstrations, Sft, RankGrpo]).Where(name => stages.HasFlag(StageOf(name))));

    private static TrainStages StageOf(string name) => name switch
    {
        Demonstrations => TrainStages.Demonstrations,
        Sft => TrainStages.Sft,
        RankGrpo => TrainStages.RankGrpo,
        _ => throw new ArgumentException($"--stages {name} is unknown; the stages are {Demonstrations},{Sft},{RankGrpo}."),
    };
}
