using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_AreReadBackExactly()
    {
        var tensors = Tensors(
            ("b", [2, 3], [1, -2, 3.5f, float.NaN, float.PositiveInfinity, -0f]),
            ("a.ü\"", [1], [float.Epsilon]),
            ("scalar", [], [7]),
            ("none", [0, 4], []));

        SafetensorsFile.Write(_folder["x"], tensors);
        var read = SafetensorsFile.Read(_folder["x"]);

        Assert.Equal(4, read.Count);
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.Shape, read[name].Shape);
            Assert.Equal(Bits(tensor.ToArray()), Bits(read[name].ToArray()));
        }
    }

    [Fact]
    public void File_IsLaidOutAsTheFormSays()
    {
        SafetensorsFile.Write(_folder["x"], Tensors(("w", [1, 2], [1f, 2f]), ("b", [1], [3f])));

        var bytes = File.ReadAllBytes(_folder["x"]);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);

        Assert.Equal(0, length % 8);
        Assert.Equal(
            "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[4,12]}}",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0, 0, 64, 64, 0, 0, 128, 63, 0, 0, 0, 64], bytes[(8 + length)..]);
    }

    [Fact]
    public void SameTensorsInAnotherOrder_GiveTheSameBytes()
    {
        SafetensorsFile.Write(_folder["x"], Tensors(("a", [1], [1f]), ("b", [1], [2f])));
        SafetensorsFile.Write(_folder["y"], Tensors(("b", [1], [2f]), ("a", [1], [1f])));

        Assert.Equal(File.ReadAllBytes(_folder["x"]), File.ReadAllBytes(_folder["y"]));
    }

    [Fact]
    public void HuggingFacesFile_IsSavedAgainByteForByte()
    {
        // Laid out as its library does: the wider type first, then by name.
        const string Header = "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[4,8]},"
            + "\"c\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[8,10]},"
            + "\"a\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[10,16]}}";
        WriteRaw(Header.PadRight((Header.Length + 7) / 8 * 8), [.. Enumerable.Range(1, 16).Select(i => (byte)(37 * i))]);

        SafetensorsFile.Write(_folder["y"], SafetensorsFile.Read(_folder["x"]));

        Assert.Equal(File.ReadAllBytes(_folder["x"]), File.ReadAllBytes(_folder["y"]));
    }

    [Fact]
    public void FileThatIsRead_CanBeReplacedByItsOwnTensors()
    {
        SafetensorsFile.Write(_folder["x"], Tensors(("a", [3], [1f, 2f, 3f]), ("b", [1], [4f])));
        var read = SafetensorsFile.Read(_folder["x"]);

        SafetensorsFile.Write(_folder["x"], read, WeightType.BFloat16);
        File.Delete(_folder["x"]);

        Assert.Equal([1f, 2f, 3f], read["a"].ToArray());
        Assert.Equal(WeightType.Float32, read["a"].Type);
    }

    [Fact]
    public void FileThatIsCutWhileItIsRead_IsTold()
    {
        SafetensorsFile.Write(_folder["x"], Tensors(("a", [100_000], new float[100_000])));
        var read = SafetensorsFile.Read(_folder["x"]);
        using (var other = new FileStream(_folder["x"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            other.SetLength(1000);

        var fault = Assert.Throws<InvalidDataException>(() => read["a"].ToArray());

        Assert.Contains("was changed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpeningAndSaving_HoldNoWeightsInMemory()
    {
        const int Count = 16 << 20;
        SafetensorsFile.Write(_folder["x"], new Dictionary<string, NamedTensor> { ["w"] = new CountingTensor(Count) });
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = SafetensorsFile.Read(_folder["x"]);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
        SafetensorsFile.Write(_folder["y"], read, WeightType.BFloat16);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20); // of 64 MiB of weights
        var values = new float[3];
        SafetensorsFile.Read(_folder["y"])["w"].Read(Count - 3, values);
        Assert.Equal([253, 254, 255], values);
    }

    [Fact]
    public void Parts_AreReadWhereTheyStand()
    {
        var values = Enumerable.Range(0, 200_000).Select(i => (float)(i % 251)).ToArray();
        SafetensorsFile.Write(_folder["x"], Tensors(("before", [3], [1f, 2f, 3f]), ("w", [200_000], values)), WeightType.BFloat16);
        var tensor = SafetensorsFile.Read(_folder["x"])["w"];
        var (part, bytes) = (new float[150_001], new byte[4]);

        tensor.Read(49_999, part);
        tensor.ReadBytes(250, bytes);

        Assert.Equal(values[49_999..], part);
        Assert.Equal([0x7A, 0x43, 0x00, 0x00], bytes); // 250 and 0 as bfloat16
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Read(50_000, part));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Read(-1, part));
        Assert.Throws<ArgumentException>(() => tensor.ReadBytes(0, new byte[3]));
    }

    [Fact]
    public void HalfPrecision_IsWidened()
    {
        const string Header = "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[4,8]}}";
        WriteRaw(Header, [0x00, 0x3C, 0x01, 0x00, 0x80, 0x3F, 0x20, 0xC1]);

        var read = SafetensorsFile.Read(_folder["x"]);

        Assert.Equal([1f, 5.9604645E-08f], read["h"].ToArray());
        Assert.Equal([1f, -10f], read["b"].ToArray());
    }

    [Fact]
    public void FailedWrite_LeavesTheEarlierFile()
    {
        SafetensorsFile.Write(_folder["x"], Tensors(("a", [1], [1f])));
        var broken = new Dictionary<string, NamedTensor> { ["a"] = new UnreadableTensor() };

        Assert.Throws<IOException>(() => SafetensorsFile.Write(_folder["x"], broken));

        Assert.Equal([1f], SafetensorsFile.Read(_folder["x"])["a"].ToArray());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var fault = Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Read(_folder["x"]));

        Assert.Contains(_folder["x"], fault.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, NamedTensor> Tensors(params (string Name, long[] Shape, float[] Values)[] tensors) =>
        tensors.ToDictionary(tensor => tensor.Name, NamedTensor (tensor) => new ArrayTensor(tensor.Shape, tensor.Values));

    private static IEnumerable<int> Bits(float[] values) => values.Select(BitConverter.SingleToInt32Bits);

    private void WriteRaw(string header, byte[] data) => RawSafetensors.Write(_folder["x"], header, data);

    private sealed class CountingTensor(int count) : NamedTensor([count], WeightType.Float32)
    {
        public override void ReadBytes(long start, Span<byte> bytes) => Read(start, MemoryMarshal.Cast<byte, float>(bytes));

        public override void Read(long start, Span<float> values)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = (start + i) % 256;
        }
    }
}
