namespace MLNet.ConvRec.Tool.Score;

/// <summary>What <c>convrec score</c> is asked for.</summary>
internal sealed record ScoreOptions
{
    /// <summary>The saved recommender.</summary>
    public required string Model { get; init; }

    /// <summary>Files of dialogues, scored in this order.</summary>
    public required IReadOnlyList<string> Input { get; init; }

    /// <summary>The file of recommendations to write.</summary>
    public required string Output { get; init; }

    /// <summary>Whether malformed lines are listed and left out instead of ending the run.</summary>
    public bool SkipInvalid { get; init; }

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate() => OutputFile.Require("--output", Output, [Model, .. Input]);
}
