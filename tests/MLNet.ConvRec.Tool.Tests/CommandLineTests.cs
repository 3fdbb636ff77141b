namespace MLNet.ConvRec.Tool.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("train", "--catalog --train --valid --output --backbone --teacher --world-ratings --stages --steps --learning-rate --algorithm --reward --updates-per-rollout --kl --free --patience --decoding --precision --gradient-checkpointing --batch --lora --budget --seed --gpu --libtorch")]
    [InlineData("demonstrate", "--catalog --train --dialogues --output --recommendations --explain --teacher --judge --without --lambda --gamma --seed")]
    [InlineData("score", "--model --input --output --skip-invalid --resume --shard --list-length --gpu")]
    [InlineData("recommend", "--model --candidates")]
    [InlineData("export", "--model --policy --catalog --output --precision --decoding --decoder-only --metrics")]
    [InlineData("evaluate", "--recommendations --dialogues --catalog --train --protocol --json")]
    public async Task Help_NamesEveryOptionAndShowsAnExampleThatParses(string command, string options)
    {
        var run = await Run.Of(command, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(options.Split(' '), option => Assert.Contains(option, run.Output, StringComparison.Ordinal));
        string[] examples = run.Output.Split("Example:")[1..];
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var words = example.Replace("\\\n", " ", StringComparison.Ordinal).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["dotnet", "run", "--project", "src/MLNet.ConvRec.Tool", "-c", "Release", "--", command], words[..8]);
            var parsed = CommandLine.Create().Parse(words[7..]);
            Assert.Empty(parsed.Errors);
            Assert.Equal(command, parsed.CommandResult.Command.Name);
        }
    }

    [Fact]
    public async Task UnknownOption_IsNamedAndFails()
    {
        var run = await Run.Of("score", "--model", "m", "--input", "i", "--output", "o", "--colour", "red");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--colour", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists("o"));
    }

    [Fact]
    public async Task MissingOption_IsNamedAndFails()
    {
        var run = await Run.Of("evaluate", "--dialogues", "d.jsonl");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--recommendations", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--libtorch none train --catalog c --train t --output run")]
    [InlineData("train --catalog c --train t --output run --libtorch none")]
    public void Libtorch_StandsBeforeOrBehindTheCommand(string line)
    {
        var parsed = CommandLine.Create().Parse(line);

        Assert.Empty(parsed.Errors);
        Assert.Equal(("train", "none"), (parsed.CommandResult.Command.Name, parsed.GetValue<string>("--libtorch")));
    }

    [Fact]
    public async Task LibtorchOfACommandThatDoesNotTrain_IsToldInOneSentence()
    {
        var run = await Run.Of("--libtorch", "none", "recommend", "--model", "m.zip");

        Assert.Equal("--libtorch is for convrec train, and convrec recommend uses no libtorch; leave it out.", run.Sentence);
    }

    // What is loaded once stays: in a process of its own.
    [Fact]
    public async Task LibtorchThatIsNotThere_IsToldBeforeTheDataIsRead()
    {
        var run = await ToolProcess.RunAsync(ToolProcess.Folder, "train", "--catalog", "none", "--train", "none", "--output", "run", "--libtorch", "nowhere");

        Assert.Equal(
            "nowhere: there is no such folder; give the folder of libtorch's libraries, such as torch/lib of a PyTorch wheel, or an unpacked libtorch.", run.Sentence);
    }

    [Fact]
    public async Task AnotherProcess_EndsWithOneSentenceAndExitCode()
    {
        string[] arguments = ["evaluate", "--recommendations", "r", "--dialogues", "d", "--catalog", "none.jsonl"];

        var run = await ToolProcess.RunAsync(ToolProcess.Folder, arguments);

        Assert.Equal("none.jsonl: there is no such file; check the path.", run.Sentence);
    }
}
