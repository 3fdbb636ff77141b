using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

public sealed class SafetensorsCheckpointTests : IDisposable
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private readonly TemporaryFolder _folder = new();

    public SafetensorsCheckpointTests()
    {
        SafetensorsFile.Write(_folder[First], Tensors("a", "b"));
        SafetensorsFile.Write(_folder[Second], Tensors("c"));
    }

    private string Index => _folder[SafetensorsCheckpoint.IndexFile];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_AreReadAsOneCheckpoint()
    {
        WriteMap($"\"a\":\"{First}\",\"b\":\"{First}\",\"c\":\"{Second}\"");

        var read = SafetensorsCheckpoint.Read(SafetensorsCheckpoint.Find(_folder.Path));

        Assert.Equal(["a", "b", "c"], read.Keys.Order(StringComparer.Ordinal));
        Assert.All(read, entry => Assert.Equal([(float)entry.Key[0]], entry.Value.ToArray()));
    }

    [Fact]
    public void SingleFile_WinsOverAnIndex()
    {
        WriteMap($"\"a\":\"{First}\"");
        SafetensorsFile.Write(_folder[SafetensorsCheckpoint.SingleFile], Tensors("x"));

        Assert.Equal(["x"], SafetensorsCheckpoint.Read(SafetensorsCheckpoint.Find(_folder.Path)).Keys);
    }

    [Fact]
    public void NeitherFileNorIndex_IsTold()
    {
        var fault = Assert.Throws<FileNotFoundException>(() => SafetensorsCheckpoint.Find(_folder.Path));

        Assert.Contains("model.safetensors.index.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingShard_IsNamed()
    {
        WriteMap($"\"a\":\"{First}\",\"b\":\"{First}\",\"c\":\"gone.safetensors\"");

        var fault = Assert.Throws<FileNotFoundException>(() => SafetensorsCheckpoint.Read(Index));

        Assert.Contains(_folder["gone.safetensors"], fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"\"a\":\"{First}\",\"c\":\"{Second}\"", $"tensor b is in {First}, but the index places it nowhere")]
    [InlineData($"\"a\":\"{First}\",\"b\":\"{Second}\",\"c\":\"{Second}\"", $"tensor b is in {First}, but the index places it in {Second}")]
    [InlineData($"\"a\":\"{First}\",\"b\":\"{First}\",\"c\":\"{Second}\",\"d\":\"{Second}\"", $"the index places tensor d in {Second}, which doesn't hold it")]
    public void IndexThatDisagreesWithTheShards_IsRefused(string map, string part)
    {
        WriteMap(map);

        Assert.Contains(part, Told(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../elsewhere.safetensors")]
    [InlineData("/etc/model.safetensors")]
    [InlineData("sub/model.safetensors")]
    [InlineData("..\\\\model.safetensors")]
    [InlineData("C:model.safetensors")]
    [InlineData("a\\u0000.safetensors")]
    [InlineData("model.bin")]
    [InlineData("..")]
    [InlineData("")]
    public void ShardElsewhere_IsRefused(string name)
    {
        WriteMap($"\"a\":\"{name}\"");

        Assert.Contains("only the name of a .safetensors file beside it", Told(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "no object weight_map")]
    [InlineData("[]", "no object weight_map")]
    [InlineData("{\"weight_map\":[]}", "no object weight_map")]
    [InlineData("{\"weight_map\":{\"a\":1}}", "weight_map names no file for tensor a")]
    [InlineData("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "not valid JSON")]
    [InlineData("{\"weight_map\":{\"a\":\"\\ud800\"}}", "not valid JSON")]
    [InlineData("{\"weight_map\":", "not valid JSON")]
    public void BrokenIndex_IsRefused(string json, string part)
    {
        File.WriteAllText(Index, json);

        Assert.Contains(part, Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenShard_IsNamed()
    {
        WriteMap($"\"a\":\"{First}\",\"b\":\"{First}\",\"c\":\"{Second}\"");
        File.WriteAllBytes(_folder[Second], File.ReadAllBytes(_folder[Second])[..^1]);

        var fault = Assert.Throws<InvalidDataException>(() => SafetensorsCheckpoint.Read(Index));

        Assert.StartsWith(_folder[Second], fault.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, NamedTensor> Tensors(params string[] names) =>
        names.ToDictionary(name => name, NamedTensor (name) => new ArrayTensor([1], [name[0]]));

    private void WriteMap(string map) =>
        File.WriteAllText(Index, $"{{\"metadata\":{{\"total_size\":12}},\"weight_map\":{{{map}}}}}");

    private string Told()
    {
        var message = Assert.Throws<InvalidDataException>(() => SafetensorsCheckpoint.Read(Index)).Message;
        Assert.StartsWith(Index + ": ", message, StringComparison.Ordinal);
        return message;
    }
}
