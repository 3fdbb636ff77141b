using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>What <c>convrec score</c> is asked for.</summary>
internal sealed record ScoreOptions
{
    private static readonly string[] StandardOutputs = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

    /// <summary>The saved recommender.</summary>
    public required string Model { get; init; }

    /// <summary>Files of dialogues, folders or patterns, scored in this order; <c>-</c> is standard input.</summary>
    public required IReadOnlyList<string> Input { get; init; }

    /// <summary>The file of recommendations to write; <c>-</c> is standard output.</summary>
    public required string Output { get; init; }

    /// <summary>Whether malformed lines are listed and left out instead of ending the run.</summary>
    public bool SkipInvalid { get; init; }

    /// <summary>Whether to go on with an interrupted run.</summary>
    public bool Resume { get; init; }

    /// <summary>The part of the input to score.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Items of a list; <see langword="null"/>: as many as the model writes.</summary>
    public int? ListLength { get; init; }

    /// <summary>The GPU to score on; <see langword="null"/>: the CPU.</summary>
    public int? Gpu { get; init; }

    /// <summary>Whether the lists go to standard output.</summary>
    public bool IsStandardOutput => StandardOutputs.Contains(Output);

    /// <summary>Whether they go to a file, which is whole or not there.</summary>
    public bool IsFileOutput => !IsStandardOutput && !WriteTarget.IsThrough(Output);

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <param name="inputs">The files that <see cref="Input"/> leads to.</param>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate(IReadOnlyList<string> inputs)
    {
        if (inputs.Count(input => input == InputFiles.Standard) > 1)
            throw new ArgumentException("--input - can be given once: standard input is read once.");
        if (IsFileOutput)
            OutputFile.Require("--output", Output, [Model, .. inputs.Where(input => input != InputFiles.Standard)]);
        else if (ParquetWriting.IsAskedFor(Output))
            throw new ArgumentException($"--output {Output} is a pipe or a device, which takes no Parquet; name a file.");
        if (ListLength < 1)
            throw new ArgumentException($"--list-length must be 1 or more, not {ListLength}.");
        if (Shard != Shard.Whole && inputs.FirstOrDefault(input => !InputFiles.IsRereadable(input)) is { } once)
            throw new ArgumentException($"--shard can't cut --input {once}, which can't be read twice; name a file, or leave out --shard.");
        if (!Resume)
            return;
        if (!IsFileOutput)
            throw new ArgumentException($"--resume can't go on with --output {Output}, which keeps nothing; name a file, or leave out --resume.");
        if (inputs.FirstOrDefault(input => !InputFiles.IsRereadable(input)) is { } input)
            throw new ArgumentException($"--resume can't go on with --input {input}, which can't be read again; name a file, or leave out --resume.");
    }
}
