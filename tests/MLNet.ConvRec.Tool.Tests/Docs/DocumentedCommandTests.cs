namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>The command lines of README and docs run word for word, one after the other, on little data.</summary>
/// <remarks>Their paths are relative, and a process has one current folder: no other test runs beside these.</remarks>
[Collection(nameof(DocumentedCommandTests))]
[CollectionDefinition(nameof(DocumentedCommandTests), DisableParallelization = true)]
public sealed class DocumentedCommandTests : IDisposable
{
    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly ShortData _data = new();

    public DocumentedCommandTests() => Directory.SetCurrentDirectory(_data.Clone);

    public static TheoryData<string> Pages => [.. Page.All.Where(page => DocumentedCommand.InBlocks(page).Any(command => command.IsTool)).Select(page => page.Name)];

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _data.Dispose();
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task EveryCommand_DoesItsWork(string name)
    {
        foreach (var command in DocumentedCommand.InBlocks(Page.Of(name)).Where(command => command.IsTool))
        {
            var failure = await Failure(command);
            Assert.True(failure is null, failure);
        }
    }

    [Theory]
    [InlineData("convrec evaluate --recommendations gone.jsonl --dialogues test.jsonl --catalog C.jsonl", "gone.jsonl")]
    [InlineData("convrec evaluate --recommendation r.jsonl --dialogues test.jsonl --catalog C.jsonl", "--recommendation")]
    [InlineData("convrec demonstrate --catalog C.jsonl --train train.jsonl --dialogues FILE --teacher chat:gpt-4o --colour red", "--colour")]
    [InlineData("convrec demonstrate --catalog C.jsonl --train train.jsonl --dialogues valid.jsonl --explain 43-9", "43-9")]
    public async Task ACommandThatDoesNot_IsTold(string line, string told)
    {
        var command = Assert.Single(DocumentedCommand.InBlocks(Page.FromText("page.md", $"```\n{line}\n```")));

        Assert.Contains(told, await Failure(command), StringComparison.Ordinal);
    }

    private static async Task<string?> Failure(DocumentedCommand command)
    {
        var parsed = CommandLine.Create().Parse(command.Words);
        if (command.IsPattern)
            return parsed.Errors.Count == 0 ? null : string.Join(' ', parsed.Errors.Select(error => error.Message));
        var run = await Run.Of([.. command.Words, .. Bound(command.Words)]);
        if (run.ExitCode != 0 || run.Error.Length > 0)
            return $"{string.Join(' ', command.Words)}: exit code {run.ExitCode}, {run.Error}";
        var missing = Outputs(command.Words).FirstOrDefault(path => !IsWritten(path));
        return missing is null ? null : $"{string.Join(' ', command.Words)}: {missing} was not written.";
    }

    // A file, a run's folder or an exported one.
    private static bool IsWritten(string path) =>
        File.Exists(path) || File.Exists(Path.Combine(path, "model.zip")) || File.Exists(Path.Combine(path, "recommender.onnx"));

    // What would train for 40 minutes takes three steps here; nothing else of a command is changed.
    private static string[] Bound(IReadOnlyList<string> words) => words switch
    {
        ["train", ..] when words.Contains("--steps") => [],
        ["train", ..] when words.Contains("--stages") => ["--steps", "rank-grpo=1"],
        ["train", ..] => ["--steps", "sft=2,rank-grpo=1"],
        _ => [],
    };

    private static IEnumerable<string> Outputs(IReadOnlyList<string> words) =>
        words.Zip(words.Skip(1)).Where(pair => pair.First == "--output" || (pair.First == "--recommendations" && words[0] == "demonstrate")).Select(pair => pair.Second);
}
