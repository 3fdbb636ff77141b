namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>A shorter name that people use for a title.</summary>
/// <param name="Name">The name.</param>
/// <param name="NeedsYear">Whether it may as well be another film's, so that only its year tells.</param>
internal readonly record struct TitleAlias(string Name, bool NeedsYear)
{
    private static readonly string[] Also = ["aka ", "a.k.a. ", "a.k.a "];
    private static readonly string[] Joints = [": ", " - ", " – ", " — "];

    /// <summary>
    /// Finds the shorter names of a title: its parts without and within brackets; of <c>Star Wars: Episode IV - A New Hope</c> the first
    /// and last part, the numbered beginning, the last part and the first.
    /// </summary>
    public static IEnumerable<TitleAlias> Of(string title)
    {
        var bracket = title.IndexOf('(', StringComparison.Ordinal);
        if (bracket > 0)
        {
            var inside = title[(bracket + 1)..].TrimEnd(' ', ')');
            inside = Array.Find(Also, also => inside.StartsWith(also, StringComparison.OrdinalIgnoreCase)) is { } also
                ? inside[also.Length..]
                : inside;
            yield return new TitleAlias(title[..bracket], false);
            yield return new TitleAlias(inside, LooseTitle.Of(inside).ContentWords < 2);
        }

        var parts = title.Split(Joints, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2)
            yield break;
        var last = LooseTitle.Of(parts[^1]);
        yield return new TitleAlias(parts[^1], last.ContentWords < 2 || last.EndsWithNumber);
        yield return new TitleAlias(parts[0], true);
        if (parts.Length < 3)
            yield break;
        yield return new TitleAlias($"{parts[0]} {parts[^1]}", false);
        var beginning = string.Join(' ', parts[..^1]);
        if (LooseTitle.Of(beginning).EndsWithNumber)
            yield return new TitleAlias(beginning, false);
    }
}
