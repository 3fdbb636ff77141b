namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>Every option that README and docs name is one of the program that they name it of.</summary>
public sealed class NamedOptionTests
{
    private static readonly string[] Projects = ["src/MLNet.ConvRec.Tool", "samples/QuickStart", "samples/ReproducePaper", "tests/MLNet.ConvRec.Benchmarks", "tests/MLNet.ConvRec.Gpu"];

    public static TheoryData<string> Pages => Page.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryOption_IsKnown(string name) => Assert.Empty(Unknown(Page.Of(name)));

    [Fact]
    public void WhatIsNotKnown_IsTold()
    {
        var page = Page.FromText("page.md", """
            `convrec train --backbone FOLDER`, `convrec train --colour red`, `convrec paint`, `--budget 60`, `--brush`, `tensorboard --logdir X`
            ```
            dotnet run --project samples/QuickStart -c Release -- --seed 1 --speed 2
            dotnet run --project samples/Gone -c Release
            dotnet run --project tests/MLNet.ConvRec.Benchmarks -c Release -- gone
            dotnet run --project tests/MLNet.ConvRec.Benchmarks -c Release -- lora --json lora.json
            ```
            """);

        Assert.Equal(["samples/QuickStart: --speed", "samples/Gone", "tests/MLNet.ConvRec.Benchmarks: gone", "train: --colour", "convrec paint", "--brush"], Unknown(page));
    }

    private static IEnumerable<string> Unknown(Page page) =>
        DocumentedCommand.InBlocks(page).Concat(DocumentedCommand.InSpans(page)).SelectMany(command => command.IsTool ? OfTool(command) : OfProject(command))
            .Concat(page.CodeSpans.SelectMany(Bare));

    private static IEnumerable<string> OfTool(DocumentedCommand command)
    {
        var verb = command.Words is [var first, ..] ? first : "";
        var root = CommandLine.Create();
        var known = root.Subcommands.FirstOrDefault(subcommand => subcommand.Name == verb);
        return known is null
            ? [$"convrec {verb}"]
            : command.Options.Where(name => known.Options.Concat(root.Options).All(option => option.Name != name)).Select(name => $"{verb}: {name}");
    }

    // A sample's options, and the benchmarks' names, are literals of its source.
    private static IEnumerable<string> OfProject(DocumentedCommand command)
    {
        var folder = Path.Combine(Page.Root, command.Project);
        if (!Directory.Exists(folder))
            return [command.Project];
        var source = Source(command.Project);
        var named = command.Words.Take(command.IsPattern ? 0 : 1).Where(word => !word.StartsWith('-')).Concat(command.Options);
        return named.Where(word => !source.Contains($"\"{word}\"", StringComparison.Ordinal)).Select(word => $"{command.Project}: {word}");
    }

    // Between backticks an option may stand alone, of any of the programs.
    private static IEnumerable<string> Bare(string span) => span.StartsWith("--", StringComparison.Ordinal)
        ? span.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal) && word != "--help")
            .Where(word => !Projects.Any(project => Source(project).Contains($"\"{word}\"", StringComparison.Ordinal)))
        : [];

    private static string Source(string project) => string.Concat(
        Directory.EnumerateFiles(Path.Combine(Page.Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));
}
