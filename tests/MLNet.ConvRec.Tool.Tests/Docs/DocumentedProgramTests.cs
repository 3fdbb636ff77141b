namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>The C# of README and docs compiles as it stands.</summary>
public sealed class DocumentedProgramTests
{
    private static string Training => Page.Of(Page.Readme).Blocks("csharp").First();

    public static TheoryData<string> Pages => [.. Page.All.Where(page => page.Blocks("csharp").Any()).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryBlock_Compiles(string name)
    {
        string[] programs = [.. DocumentedProgram.Of(Page.Of(name), Training)];

        Assert.NotEmpty(programs);
        Assert.All(programs, program =>
        {
            var errors = DocumentedProgram.Errors(program);
            Assert.True(errors.Count == 0, string.Join('\n', errors));
        });
    }

    [Theory]
    [InlineData("var n = catalog.Length;", "CS1061")]
    [InlineData("var options = new MLNet.ConvRec.Training.Sft.SftOptions { LearningSpeed = 1 };", "CS0117")]
    [InlineData("var options = new SftOptions();", "CS0246")]
    [InlineData("new object()", "CS1002")]
    public void ABlockThatIsWrong_IsTold(string block, string error)
    {
        var page = Page.FromText("page.md", $"```csharp\n{block}\n```");

        Assert.Contains(DocumentedProgram.Errors(Assert.Single(DocumentedProgram.Of(page, Training))), told => told.StartsWith(error, StringComparison.Ordinal));
    }

    [Fact]
    public void ABlockThatBeginsWithMicrosoftMl_IsAProgramOfItsOwn()
    {
        var page = Page.FromText("page.md", "```csharp\nvar n = catalog.Count;\n```\n```csharp\nusing Microsoft.ML;\nvar ml = new MLContext();\n```\n```csharp\nml.Dispose();\n```");

        string[] programs = [.. DocumentedProgram.Of(page, Training)];

        Assert.Equal(2, programs.Length);
        Assert.Empty(DocumentedProgram.Errors(programs[0]));
        Assert.StartsWith("CS1061", Assert.Single(DocumentedProgram.Errors(programs[1])), StringComparison.Ordinal);
    }
}
