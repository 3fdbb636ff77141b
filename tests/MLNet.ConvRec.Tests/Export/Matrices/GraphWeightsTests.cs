using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Matrices;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Export.Matrices;

public sealed class GraphWeightsTests
{
    private static readonly TokenTrie Trie = TokenTrie.Build([[5, 0], [5, 6, 0], [7, 0], [8, 9, 0]]);

    public static TheoryData<string, bool, ListDecoding> Policies => [..
        from modelType in new[] { "qwen2", "llama", "qwen3" }
        from isTied in new[] { true, false }
        from decoding in Enum.GetValues<ListDecoding>()
        select (modelType, isTied, decoding)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void WeightsReadBack_AreTheOriginalBitByBit(string modelType, bool isTied, ListDecoding decoding)
    {
        var weights = RandomPolicy.Create(Config(modelType, isTied), seed: 3);

        var read = GraphWeights.Read(Graph(weights, new GraphForm { Decoding = decoding }), "model.zip");

        Assert.Equal(weights.Config, read.Config);
        Assert.Equal(weights.Tensors.Keys.Order(), read.Tensors.Keys.Order());
        foreach (var (name, tensor) in weights.Tensors)
        {
            Assert.Equal(tensor.Shape, read.Tensors[name].Shape);
            Assert.Equal(tensor.ToArray(), read.Tensors[name].ToArray());
        }
    }

    [Fact]
    public void WeightThatIsNotThere_IsNamed()
    {
        var graph = Graph(RandomPolicy.Create(Config("llama", isTied: true), 4), new GraphForm());
        graph.Graph.Initializer.Remove(graph.Graph.Initializer.Single(tensor => tensor.Name == "model.norm.weight"));

        var fault = Assert.Throws<InvalidDataException>(() => GraphWeights.Read(graph, "model.zip"));

        Assert.StartsWith("model.zip: model.norm.weight is not among", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GraphOfAnEarlierVersion_IsRefusedWithTheRemedy()
    {
        var graph = Graph(RandomPolicy.Create(Config("llama", isTied: true), 5), new GraphForm());
        graph.MetadataProps.Clear();

        var fault = Assert.Throws<InvalidDataException>(() => GraphWeights.Read(graph, "model.zip"));

        Assert.Contains("use the policy's folder", fault.Message, StringComparison.Ordinal);
    }

    private static PolicyConfig Config(string modelType, bool isTied) => RandomPolicy.Config(40, hidden: 24, layers: 3, heads: 6, keyValueHeads: 2) with
    {
        ModelType = modelType,
        TieWordEmbeddings = isTied,
        HeadDimension = 8,
        RopeTheta = 500_000.25,
        RopeScaling = modelType == "llama"
            ? new RopeScaling { Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 64 }
            : null,
    };

    private static ModelProto Graph(PolicyWeights weights, GraphForm form) =>
        ModelProto.Parser.ParseFrom(RecommenderGraph.Build(weights, Trie, 3, form));
}
