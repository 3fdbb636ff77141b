using System.Buffers.Binary;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

/// <summary>Each rule of the form, broken by itself.</summary>
public sealed class SafetensorsRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[]", 0, "does not begin with {")]
    [InlineData(" {}", 0, "does not begin with {")]
    [InlineData("", 0, "does not begin with {")]
    [InlineData("{\"a\":", 0, "not valid JSON")]
    [InlineData("{}}", 0, "not valid JSON")]
    [InlineData("{} x", 0, "not valid JSON")]
    [InlineData("{/**/}", 0, "not valid JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},}", 4, "not valid JSON")]
    [InlineData("{\"a\":1}", 0, "entry of tensor a is not an object")]
    [InlineData("{\"a\":null}", 0, "entry of tensor a is not an object")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "tensor a is in the header twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "tensor a is in the header twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"dtype\":\"F32\"}}", 4, "tensor a has dtype twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"\\u0073hape\":[1]}}", 4, "tensor a has shape twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"data_offsets\":[0,4]}}", 4, "tensor a has data_offsets twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"stride\":1}}", 4, "tensor a has stride beside")]
    [InlineData("{\"__metadata__\":1}", 0, "__metadata__ is not an object")]
    [InlineData("{\"__metadata__\":null}", 0, "__metadata__ is not an object")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", 0, "not a text")]
    [InlineData("{\"__metadata__\":{\"a\":{}}}", 0, "not a text")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"\\u0061\":\"2\"}}", 0, "a name is in __metadata__ twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ is in the header twice")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "type F64; F32, F16 and BF16 are read")]
    [InlineData("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, "type I64; F32, F16 and BF16 are read")]
    [InlineData("{\"a\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "type BOOL; F32, F16 and BF16 are read")]
    [InlineData("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "type F8_E4M3; F32, F16 and BF16 are read")]
    [InlineData("{\"a\":{\"dtype\":\"f32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "type f32, which the form doesn't know")]
    [InlineData("{\"a\":{\"dtype\":\"1\",\"shape\":[1],\"data_offsets\":[0,2]}}", 2, "type 1, which the form doesn't know")]
    [InlineData("{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "the dtype of tensor a is not a text")]
    [InlineData("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "no shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-0],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e0],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551616],\"data_offsets\":[0,4]}}", 4, "no shape of whole numbers")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":{}}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,-4]}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4.0]}}", 4, "no pair of data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "tensor a has 4 bytes, but F32 of its shape takes 8")]
    [InlineData("{\"a\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "tensor a has 4 bytes, but BF16 of its shape takes 2")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}", 8, "before it begins")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4611686018427387904,16],\"data_offsets\":[0,0]}}", 0, "more than a file can hold")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4,0],\"data_offsets\":[0,0]}}", 0, "more than a file can hold")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}", 4, "more than a file can hold")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "not at 0 where the one before it ends: there is a hole")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "not at 8 where the one before it ends: they overlap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "they overlap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}", 12, "there is a hole")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[2,2]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "tensor a begins at byte 2, not at 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "the file holds 3")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "the file holds 5")]
    [InlineData("{}", 1, "the file holds 1")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not Unicode text")]
    [InlineData("{\"__metadata__\":{\"a\":\"\\udfff\"}}", 0, "not Unicode text")]
    public void BrokenRule_IsToldInASentence(string header, int dataLength, string part)
    {
        WriteRaw(header, new byte[dataLength]);

        Told(part);
    }

    [Theory]
    [InlineData(3, 0, "ends before the length")]
    [InlineData(8, 2, "more than the file")]
    [InlineData(20, 13, "more than the file")]
    [InlineData(20, 100_000_000, "more than the file")]
    [InlineData(20, 100_000_001, "limit")]
    [InlineData(20, -1, "limit")]
    public void LyingLength_AllocatesNothing(int fileLength, long headerLength, string part)
    {
        var bytes = new byte[Math.Max(fileLength, 8)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, headerLength);
        File.WriteAllBytes(_folder["x"], bytes[..fileLength]);
        Told(part);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Told(part);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
    }

    [Fact]
    public void HeaderThatIsNotUtf8_IsTold()
    {
        File.WriteAllBytes(_folder["x"], [6, 0, 0, 0, 0, 0, 0, 0, .. "{\""u8, 0xC0, 0x80, .. "\"}"u8]);

        Told("not valid UTF-8");
    }

    [Fact]
    public void DeepHeader_IsTold() => ToldOf("{\"a\":" + new string('[', 1_000_000), "entry of tensor a is not an object");

    [Fact]
    public void LongNameInABrokenHeader_IsShortenedInTheSentence()
    {
        var message = ToldOf("{\"" + new string('n', 1_000_000) + "\":1}", "nnn… is not an object");

        Assert.True(message.Length < 500);
    }

    [Theory]
    [InlineData("{}", 0, 0)]
    [InlineData("{}      ", 0, 0)]
    [InlineData("{\"__metadata__\":{}}", 0, 0)]
    [InlineData("{\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, 1)]
    [InlineData("{\"z\":{\"dtype\":\"F32\",\"shape\":[0,9223372036854775807],\"data_offsets\":[0,0]}}", 0, 1)]
    [InlineData("{\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[4,6]}, \"z\":{\"data_offsets\":[4,4],\"shape\":[0],\"dtype\":\"BF16\"},"
        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 6, 3)]
    public void UnusualButValid_IsRead(string header, int dataLength, int tensors)
    {
        WriteRaw(header, new byte[dataLength]);

        Assert.Equal(tensors, SafetensorsFile.Read(_folder["x"]).Count);
    }

    [Fact]
    public void HeaderOfManyTensors_AllocatesAFewTimesItself()
    {
        var header = "{" + string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"t{i}\":{{\"dtype\":\"F16\",\"shape\":[0],\"data_offsets\":[0,0]}}")) + "}";
        WriteRaw(header, []);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(20_000, SafetensorsFile.Read(_folder["x"]).Count);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, header.Length, 12 * header.Length);
    }

    private string ToldOf(string header, string part)
    {
        WriteRaw(header, []);
        return Told(part);
    }

    private string Told(string part)
    {
        var message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(_folder["x"])).Message;
        Assert.StartsWith(_folder["x"] + ": ", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
        return message;
    }

    private void WriteRaw(string header, byte[] data) => RawSafetensors.Write(_folder["x"], header, data);
}
