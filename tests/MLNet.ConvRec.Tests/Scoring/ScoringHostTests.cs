using System.Diagnostics;
using System.Runtime.InteropServices;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Scoring;

/// <summary>A process that references nothing but MLNet.ConvRec loads a saved model and prints a list.</summary>
public sealed class ScoringHostTests(SmallShop shop) : IClassFixture<SmallShop>
{
    private const string Name = "MLNet.ConvRec.ScoringHost";

    [Fact]
    public async Task AnotherProcess_PrintsTheSameList()
    {
        var printed = await RunAsync(shop.ModelPath);

        var list = SmallShop.Score(shop.Chain, Dialogue.FromUser("I loved Arrival (2016), what next?")).Single();
        Assert.Equal(SmallShop.ListLength, list.Recommendations.Count);
        Assert.Equal(list.Recommendations.Select(item => $"{item.Rank}. {new ItemReference(item.Title, item.Year)}"), printed);
    }

    [Fact]
    public void ItsFolder_HoldsNoTorch() =>
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Folder(), "*", SearchOption.AllDirectories).Select(Path.GetFileName),
            name => name!.Contains("torch", StringComparison.OrdinalIgnoreCase));

    private static async Task<string[]> RunAsync(string modelPath)
    {
        var start = new ProcessStartInfo(Dotnet(), ["exec", Path.Combine(Folder(), $"{Name}.dll"), modelPath])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    // Built beside this project: tests/<project>/bin/<configuration>/<framework>/<runtime>/.
    private static string Folder() =>
        AppContext.BaseDirectory.Replace(
            $"{Path.DirectorySeparatorChar}MLNet.ConvRec.Tests{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}{Name}{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal);

    // The dotnet that runs this process: <root>/shared/Microsoft.NETCore.App/<version>/.
    private static string Dotnet() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
