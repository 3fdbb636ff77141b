using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>README or a page of docs, taken apart: prose, code blocks, links and headings.</summary>
internal sealed partial record Page(string Name, IReadOnlyList<string> Lines)
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>README's name.</summary>
    public const string Readme = "README.md";

    /// <summary>README and all of docs.</summary>
    public static IReadOnlyList<Page> All { get; } =
        [Read(Readme), .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Order(StringComparer.Ordinal).Select(path => Read("docs/" + Path.GetFileName(path)))];

    /// <summary>The names of all pages, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(page => page.Name)];

    /// <summary>The page of a name.</summary>
    public static Page Of(string name) => All.Single(page => page.Name == name);

    /// <summary>Makes a page of text.</summary>
    public static Page FromText(string name, string text) => new(name, text.ReplaceLineEndings("\n").Split('\n'));

    /// <summary>The lines outside of code blocks, with their numbers.</summary>
    public IEnumerable<(int Number, string Text)> Outside
    {
        get
        {
            var isCode = false;
            for (var at = 0; at < Lines.Count; at++)
            {
                var isFence = Lines[at].StartsWith("```", StringComparison.Ordinal);
                isCode ^= isFence;
                if (!isCode && !isFence)
                    yield return (at + 1, Lines[at]);
            }
        }
    }

    /// <summary>What is neither code nor a table's row.</summary>
    public IEnumerable<(int Number, string Text)> Prose => Outside.Where(line => !line.Text.StartsWith('|'));

    /// <summary>The code blocks of a language (the word behind the fence), without the fences.</summary>
    public IEnumerable<string> Blocks(string language)
    {
        StringBuilder? block = null;
        foreach (var line in Lines)
        {
            if (block is null && line.StartsWith("```", StringComparison.Ordinal))
            {
                block = new StringBuilder(line[3..].Trim() + "\n");
            }
            else if (block is not null && line.StartsWith("```", StringComparison.Ordinal))
            {
                if (block.ToString() is var text && text.StartsWith(language + "\n", StringComparison.Ordinal))
                    yield return text[(language.Length + 1)..];
                block = null;
            }
            else
            {
                block?.Append(line).Append('\n');
            }
        }
    }

    /// <summary>What stands between single backticks, over line ends too.</summary>
    public IEnumerable<string> CodeSpans => CodeSpan().Matches(string.Join('\n', Outside.Select(line => line.Text)))
        .Select(match => match.Groups[1].Value.ReplaceLineEndings(" "));

    /// <summary>Where links and images lead.</summary>
    public IEnumerable<string> Targets => Link().Matches(CodeSpan().Replace(string.Join('\n', Outside.Select(line => line.Text)), "code"))
        .Select(match => match.Groups[1].Value);

    /// <summary>The anchors of the headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => Outside.Where(line => line.Text.StartsWith('#'))
        .Select(line => NoAnchor().Replace(line.Text.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static Page Read(string name) => FromText(name, File.ReadAllText(Path.Combine(Root, name)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLNet.ConvRec.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
