using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>The files of a run: the output, and what stands beside it. Where the output is a link they stand beside its target.</summary>
internal sealed class ScoreFiles(string output)
{
    /// <summary>How the name of <see cref="Partial"/> ends.</summary>
    public const string PartialEnding = ".partial.jsonl";

    /// <summary>How the name of <see cref="Rejected"/> ends.</summary>
    public const string RejectedEnding = ".rejected.jsonl";

    /// <summary>The output, whole or not there.</summary>
    public string Output { get; } = WriteTarget.Of(output);

    /// <summary>The lists so far, while a run is under way or after it was interrupted.</summary>
    public string Partial => Output + PartialEnding;

    /// <summary>What the lists in <see cref="Partial"/> were made of: <see cref="ScoreIdentity"/>.</summary>
    public string Identity => Output + ".run.json";

    /// <summary>The lines that were refused, if any were.</summary>
    public string Rejected => Output + RejectedEnding;
}
