namespace MLNet.ConvRec.Dialogues;

/// <summary>A line of a file that can't be read.</summary>
/// <param name="Path">The file as it was named by the caller.</param>
/// <param name="Line">1-based line number; blank lines count.</param>
/// <param name="Problem">What is wrong and what to do, as a sentence.</param>
public sealed record InvalidLine(string Path, long Line, string Problem)
{
    /// <summary>Returns the sentence with its place: <c>FILE, line N: problem</c>.</summary>
    public override string ToString() => $"{Path}, line {Line}: {Problem}";
}
