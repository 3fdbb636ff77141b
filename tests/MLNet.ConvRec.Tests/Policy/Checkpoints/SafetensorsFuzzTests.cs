using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

/// <summary>Files with broken headers give the one error or are read, whatever is broken; CONVREC_FUZZ_HEADERS sets how many (the default is 50,000).</summary>
[Collection<Alone>]
public sealed class SafetensorsFuzzTests : IDisposable
{
    private const int DefaultCount = 50_000;

    // What reading takes beside the header and the entries: the mapping's own objects, an error with its stack, its sentence.
    private const long AllowedBesideTheFile = 32 << 10;

    // In memory where the system has such a place: a disk that others use makes each small file wait for milliseconds.
    private readonly DirectoryInfo _folder =
        Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"convrec-{Guid.NewGuid():N}"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void MutatedHeaders_GiveTheOneErrorOrAValidRead()
    {
        var count = Environment.GetEnvironmentVariable("CONVREC_FUZZ_HEADERS") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : DefaultCount;
        var random = new Random(1);
        var (read, refused, most) = (0, 0, 0L);
        var sentences = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var file = SafetensorsMutation.Next(random);
            var path = Path.Combine(_folder.FullName, $"{i}");
            File.WriteAllBytes(path, file);

            var (allocated, sentence) = Open(path, file);

            File.Delete(path);
            Assert.True(allocated <= file.Length + AllowedBesideTheFile, $"Mutation {i} of {file.Length} bytes allocated {allocated}.");
            most = Math.Max(most, allocated - file.Length);
            (read, refused) = sentence is null ? (read + 1, refused) : (read, refused + 1);
            if (sentence is not null)
                sentences.Add(Kind(sentence));
        }

        TestContext.Current.SendDiagnosticMessage($"{count} headers: {read} read, {refused} refused in {sentences.Count} kinds; at most {most} bytes beside the file.");
        // Both ends are reached, and the mutations break more than one rule.
        Assert.InRange(read, count / 100, count / 2);
        Assert.InRange(sentences.Count, 15, int.MaxValue);
    }

    // What is allocated until the file is open or refused; and the error's sentence, if there is one.
    private static (long Allocated, string? Sentence) Open(string path, byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Dictionary<string, NamedTensor> tensors;
        try
        {
            tensors = SafetensorsFile.Read(path);
        }
        catch (InvalidDataException fault)
        {
            var allocatedByFault = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.StartsWith(path + ": ", fault.Message, StringComparison.Ordinal);
            Assert.InRange(fault.Message.Length, 20, 1000);
            return (allocatedByFault, fault.Message[path.Length..]);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        CheckWhole(file, tensors);
        return (allocated, null);
    }

    // What was accepted covers the data without hole or overlap: its tensors' bytes, pieced together, are the data.
    private static void CheckWhole(byte[] file, Dictionary<string, NamedTensor> tensors)
    {
        var data = file.AsSpan(8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        Assert.Equal(data.Length, tensors.Values.Sum(tensor => tensor.Count * tensor.Type.Size));
        var bytes = new byte[data.Length];
        var seen = 0;
        foreach (var tensor in tensors.Values)
        {
            var part = bytes.AsSpan(seen, (int)(tensor.Count * tensor.Type.Size));
            tensor.ReadBytes(0, part);
            seen += part.Length;
        }

        var (left, right) = (data.ToArray(), bytes);
        Array.Sort(left);
        Array.Sort(right);
        Assert.Equal(left, right);
    }

    private static string Kind(string sentence)
    {
        var kind = new StringBuilder();
        foreach (var word in sentence.Split(' ').Where(word => word.Length > 0 && word.All(char.IsAsciiLetterLower)))
            kind.Append(word).Append(' ');
        return kind.ToString();
    }
}
