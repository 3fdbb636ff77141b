namespace MLNet.ConvRec.Tests;

public class ReadmeTests
{
    [Fact]
    public void ScoringProgramOfReadme_IsTheOneThatTheHostTestRuns()
    {
        var root = Root();
        var readme = File.ReadAllText(Path.Combine(root, "README.md")).ReplaceLineEndings("\n");
        var program = File.ReadAllText(Path.Combine(root, "tests", "MLNet.ConvRec.ScoringHost", "Program.cs")).ReplaceLineEndings("\n");

        Assert.Contains($"```csharp\n{program}```", readme, StringComparison.Ordinal);
        Assert.InRange(program.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 10);
    }

    [Fact]
    public void EveryFileThatReadmeNames_IsThere()
    {
        var root = Root();
        var readme = File.ReadAllText(Path.Combine(root, "README.md"));
        string[] named = [.. readme.Split('`').Where(text => text.Contains('/', StringComparison.Ordinal) && text.EndsWith(".cs", StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal))];

        Assert.NotEmpty(named);
        foreach (var file in named)
            Assert.True(Sources(root).Any(path => path.EndsWith("/" + file, StringComparison.Ordinal)), $"README names {file}, which is not there.");
    }

    private static IEnumerable<string> Sources(string root) =>
        new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => path.Replace(Path.DirectorySeparatorChar, '/'));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLNet.ConvRec.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }
}
