using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;
using TorchSharp;

namespace MLNet.ConvRec.Training.Tests.Training.Checkpoints;

/// <summary>A run may end at any operation on its files: it is resumed without a complaint and ends with the same bytes.</summary>
[Collection<Alone>]
public sealed class KilledRunTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly int _threads;

    // One thread: hundreds of toy runs gain nothing from more, and on a busy machine they would wait for each other.
    public KilledRunTests(ITestOutputHelper output)
    {
        TorchRuntime.EnsureLoaded();
        (_output, _threads) = (output, torch.get_num_threads());
        torch.set_num_threads(1);
    }

    public void Dispose() => torch.set_num_threads(_threads);

    // Deaths at every operation of the file layer; the others, at every so many, so that the test takes seconds.
    [Theory]
    [InlineData("sft", Death.Kill, 1)]
    [InlineData("sft", Death.PowerCut, 1)]
    [InlineData("rank-grpo", Death.Kill, 7)]
    [InlineData("rank-grpo", Death.PowerCut, 7)]
    internal void KilledAtAnyOperation_ResumesAndEndsWithTheSameBytes(string stage, Death death, int stride)
    {
        var run = ToyRun.Of(stage);
        var undisturbed = run.Train(checkpoints: null);
        var operations = Operations(run);
        var moments = 0;

        for (var moment = 1; moment <= operations.Count; moment += stride, moments++)
        {
            using var folder = new TemporaryFolder();
            var options = Options(folder);
            Assert.Throws<KilledException>(() => run.Train(options, new FaultyFiles(moment, death)));
            if (moment % 3 == 0)
                KillAgain(run, options, death);
            var resumed = run.Train(options);
            Assert.True(undisturbed == resumed, $"{death} at operation {moment}, {operations[moment - 1]}: the resumed run ended with other weights.");
            AssertTidy(folder, run.Steps);
        }

        _output.WriteLine($"{stage}, {death}: {moments} of {operations.Count} operations.");
        Assert.True(stride > 1 || moments >= 100, $"Only {moments} moments.");
    }

    // The resumed run dies too, at its third operation: while it clears away what the first one left, or writes its first checkpoint.
    private static void KillAgain(ToyRun run, CheckpointOptions options, Death death)
    {
        try
        {
            run.Train(options, new FaultyFiles(3, death));
        }
        catch (KilledException)
        {
        }
    }

    private static List<string> Operations(ToyRun run)
    {
        using var folder = new TemporaryFolder();
        var files = new FaultyFiles(last: 0, Death.Kill);
        run.Train(Options(folder), files);
        return files.Operations;
    }

    private static CheckpointOptions Options(TemporaryFolder folder) => new() { Folder = folder.PathOf("run"), Interval = 1, Keep = 2 };

    private static void AssertTidy(TemporaryFolder folder, int steps) => Assert.Equal(
        [folder.PathOf(Path.Combine("run", $"step-{steps - 1}")), folder.PathOf(Path.Combine("run", $"step-{steps}"))],
        Directory.GetFileSystemEntries(folder.PathOf("run")).Order());
}
