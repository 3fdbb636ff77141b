using System.Buffers.Binary;
using System.Text;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_AreReadBackExactly()
    {
        (string, long[], float[])[] tensors =
        [
            ("b", [2, 3], [1, -2, 3.5f, float.NaN, float.PositiveInfinity, -0f]),
            ("a.ü\"", [1], [float.Epsilon]),
            ("scalar", [], [7]),
            ("none", [0, 4], []),
        ];

        SafetensorsFile.Write(_folder["x"], tensors);
        var read = SafetensorsFile.Read(_folder["x"]);

        Assert.Equal(4, read.Count);
        foreach (var (name, shape, values) in tensors)
        {
            Assert.Equal(shape, read[name].Shape);
            Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), read[name].ToArray().Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void File_IsLaidOutAsTheFormSays()
    {
        SafetensorsFile.Write(_folder["x"], [("w", [1, 2], [1f, 2f]), ("b", [1], [3f])]);

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
        SafetensorsFile.Write(_folder["x"], [("a", [1], [1f]), ("b", [1], [2f])]);
        SafetensorsFile.Write(_folder["y"], [("b", [1], [2f]), ("a", [1], [1f])]);

        Assert.Equal(File.ReadAllBytes(_folder["x"]), File.ReadAllBytes(_folder["y"]));
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
        SafetensorsFile.Write(_folder["x"], [("a", [1], [1f])]);

        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(_folder["x"], [("a", [2], [1f])]));

        Assert.Equal([1f], SafetensorsFile.Read(_folder["x"])["a"].ToArray());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("[]", 0, "does not begin with {")]
    [InlineData(" {}", 0, "does not begin with {")]
    [InlineData("{\"a\":", 0, "not valid JSON")]
    [InlineData("{\"a\":1}", 0, "entry of tensor a is not an object")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "every name once")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "type F64")]
    [InlineData("{\"a\":{\"dtype\":\"1\",\"shape\":[1],\"data_offsets\":[0,2]}}", 2, "type 1")]
    [InlineData("{\"a\":{\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "type none")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "no shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "no shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "takes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}", 8, "takes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4611686018427387904,16],\"data_offsets\":[0,0]}}", 0, "takes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}", 4, "takes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "not at 0")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "not at 8")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "the file holds 3")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "the file holds 5")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not valid JSON")]
    public void BrokenRule_IsToldInASentence(string header, int dataLength, string part)
    {
        WriteRaw(header, new byte[dataLength]);

        Told(part);
    }

    [Theory]
    [InlineData(3, 0, "ends before the length")]
    [InlineData(8, 2, "limit")]
    [InlineData(20, 100_000_001, "limit")]
    [InlineData(20, -1, "limit")]
    public void LyingLength_AllocatesNothing(int fileLength, long headerLength, string part)
    {
        var bytes = new byte[Math.Max(fileLength, 8)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, headerLength);
        File.WriteAllBytes(_folder["x"], bytes[..fileLength]);

        Told(part);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var fault = Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Read(_folder["x"]));

        Assert.Contains(_folder["x"], fault.Message, StringComparison.Ordinal);
    }

    private void Told(string part)
    {
        var message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(_folder["x"])).Message;
        Assert.StartsWith(_folder["x"] + ": ", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    private void WriteRaw(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        File.WriteAllBytes(_folder["x"], [.. length, .. text, .. data]);
    }
}
