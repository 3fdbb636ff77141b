using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Training.Tests.Training.Checkpoints;

/// <summary>A checkpoint of which any byte is gone or another one is refused by name, and the one before it is used.</summary>
[Collection<Alone>]
public class DamagedCheckpointTests
{
    private const int SampledBytes = 10;

    public static TheoryData<string, string> Files
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in new[] { "weights.safetensors", "optimizer.safetensors", "manifest.json", "complete" })
            {
                data.Add("sft", file);
                data.Add("rank-grpo", file);
            }

            data.Add("sft", "random.bin");
            data.Add("rank-grpo", "best.safetensors");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AnyByteChangedCutOrAdded_IsRefusedByName_AndTheOneBeforeIsFound(string stage, string file)
    {
        using var folder = new TemporaryFolder();
        Write(stage, folder);
        var path = Path.Combine(folder.PathOf("step-4"), file);
        var whole = File.ReadAllBytes(path);
        var random = new Random(3);
        int[] places = [0, whole.Length - 1, .. Enumerable.Range(0, SampledBytes).Select(_ => random.Next(whole.Length))];
        foreach (var place in places)
        {
            byte[] changed = [.. whole];
            changed[place] ^= (byte)(1 << random.Next(8));
            AssertRefused(folder, file, path, changed);
            AssertRefused(folder, file, path, whole[..place]);
            AssertRefused(folder, file, path, [.. whole[..place], .. whole[(place + 1)..]]);
            AssertRefused(folder, file, path, [.. whole[..place], 0, .. whole[place..]]);
        }

        AssertRefused(folder, file, path, null);
        File.WriteAllBytes(path, whole);
        Assert.Equal(folder.PathOf("step-4"), Newest(folder, message => Assert.Fail(message)));
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("rank-grpo")]
    public void TheRunEndsWithTheSameBytes_FromTheOneBefore_AndFromNone(string stage)
    {
        var run = ToyRun.Of(stage);
        var undisturbed = run.Train(checkpoints: null);
        using var folder = new TemporaryFolder();
        Write(stage, folder);
        foreach (var damaged in (int[][])[[4], [4, 3]])
        {
            foreach (var step in damaged)
                File.WriteAllBytes(Path.Combine(folder.PathOf($"step-{step}"), "weights.safetensors"), [1, 2, 3]);
            var warnings = new List<string>();
            var told = new List<int>();

            Assert.Equal(undisturbed, run.Train(Options(folder), warn: warnings.Add, report: progress => told.Add(progress.Step)));

            Assert.Equal(damaged.Length == 1 ? 4 : 1, told[0]);
            Assert.Equal(damaged.Length, warnings.Count);
            foreach (var step in damaged)
                Assert.True(Directory.Exists(folder.PathOf($"step-{step}.damaged")));
            foreach (var newer in Directory.GetDirectories(folder.FullName).Where(path => CheckpointNames.StepOf(path) is > 4))
                Directory.Delete(newer, recursive: true);
            Write(stage, folder);
        }
    }

    private static void Write(string stage, TemporaryFolder folder)
    {
        foreach (var old in Directory.GetDirectories(folder.FullName))
            Directory.Delete(old, recursive: true);
        Assert.Throws<OperationCanceledException>(() => ToyRun.Of(stage).Train(Options(folder), report: progress =>
        {
            if (progress.Step == 4)
                throw new OperationCanceledException();
        }));
    }

    private static void AssertRefused(TemporaryFolder folder, string file, string path, byte[]? content)
    {
        if (content is null)
            File.Delete(path);
        else
            File.WriteAllBytes(path, content);
        var warnings = new List<string>();

        Assert.Equal(folder.PathOf("step-3"), Newest(folder, warnings.Add));

        var warning = Assert.Single(warnings);
        Assert.Contains("step-4", warning, StringComparison.Ordinal);
        Assert.Contains(file, warning, StringComparison.Ordinal);
        Directory.Move(folder.PathOf("step-4.damaged"), folder.PathOf("step-4"));
    }

    private static string? Newest(TemporaryFolder folder, Action<string> warn) => new CheckpointFolder(folder.FullName, new DiskFiles(), warn).Newest()?.Folder;

    private static CheckpointOptions Options(TemporaryFolder folder) => new() { Folder = folder.FullName, Interval = 1, Keep = 2 };
}
