namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>What README and docs name of the source is there.</summary>
public sealed class NamedSourceTests
{
    public static TheoryData<string> Pages => Page.Names;

    [Fact]
    public void ScoringProgramOfReadme_IsTheOneThatTheHostTestRuns()
    {
        var program = File.ReadAllText(Path.Combine(Page.Root, "tests", "MLNet.ConvRec.ScoringHost", "Program.cs")).ReplaceLineEndings("\n");

        Assert.Contains(program, Page.Of(Page.Readme).Blocks("csharp"));
        Assert.InRange(program.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 10);
    }

    [Fact]
    public void TrainingProgramOfReadme_HasAtMostFifteenLines() =>
        Assert.InRange(Page.Of(Page.Readme).Blocks("csharp").First().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 15);

    [Theory]
    [MemberData(nameof(Pages))]
    public void EverySourceFileThatAPageNames_IsThere(string name)
    {
        string[] sources = [.. Sources()];

        Assert.All(
            Page.Of(name).CodeSpans.Where(span => span.Contains('/', StringComparison.Ordinal) && span.EndsWith(".cs", StringComparison.Ordinal) && !span.Contains(' ', StringComparison.Ordinal)),
            file => Assert.True(sources.Any(path => path.EndsWith("/" + file, StringComparison.Ordinal)), $"{name} names {file}, which is not there."));
    }

    private static IEnumerable<string> Sources() =>
        new[] { "src", "tests", "samples" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Page.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => path.Replace(Path.DirectorySeparatorChar, '/'));
}
