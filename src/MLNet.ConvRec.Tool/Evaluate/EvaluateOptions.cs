using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>What <c>convrec evaluate</c> is asked for.</summary>
internal sealed record EvaluateOptions
{
    /// <summary>One file of recommendations per system, or NAME=FILE,FILE for several runs of one.</summary>
    public required IReadOnlyList<string> Recommendations { get; init; }

    /// <summary>The dialogues with what was really chosen.</summary>
    public required string Dialogues { get; init; }

    /// <summary>The items that lines must be among to hit.</summary>
    public required string Catalog { get; init; }

    /// <summary>What the systems were trained on, for the rows to compare with; <see langword="null"/> for no such rows.</summary>
    public string? Train { get; init; }

    /// <summary>How ranks are counted.</summary>
    public EvaluationProtocol Protocol { get; init; } = EvaluationProtocol.FixedRanks;

    /// <summary>What intervals and tests take as a whole.</summary>
    public ResamplingUnit ResampleBy { get; init; } = ResamplingUnit.Conversation;

    /// <summary>Whether the systems are evaluated on strata too.</summary>
    public bool Strata { get; init; }

    /// <summary>Whether it is told what the systems' scores are worth.</summary>
    public bool Calibration { get; init; }

    /// <summary>Whether the files are runs of one system, such as seeds, which get a row together in place of comparisons.</summary>
    public bool Pool { get; init; }

    /// <summary>The report to write; <see langword="null"/> for none.</summary>
    public string? Json { get; init; }

    /// <summary>The folder to write TREC's run and qrels files to; <see langword="null"/> for none.</summary>
    public string? Trec { get; init; }

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate()
    {
        string[] files = [.. RecommendationFiles.PathsOf(Recommendations)];
        if (files.GroupBy(Path.GetFullPath).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"--recommendations {twice.First()} is given twice; give each system once.");
        if (Pool && Recommendations.Count < 2)
            throw new ArgumentException("--pool takes two --recommendations or more, one for each run.");
        if (Json is { } json)
            OutputFile.Require("--json", json, [Dialogues, Catalog, .. files]);
        if (Trec is { } folder && (string.IsNullOrWhiteSpace(folder) || File.Exists(folder)))
            throw new ArgumentException($"--trec {folder} is no folder; name one to write run and qrels files to.");
        if (Trec is { } runs && files.FirstOrDefault(path => Path.GetDirectoryName(Path.GetFullPath(path)) == Path.GetFullPath(runs).TrimEnd('/')) is { } read)
            throw new ArgumentException($"--trec {runs} holds {read}, which this run reads; name another folder.");
    }
}
