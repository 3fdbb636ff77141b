using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Onnx;

namespace MLNet.ConvRec.Tests.Export.Onnx;

public sealed class ExternalDataTests
{
    [Fact]
    public void ModelBeyondTheLimit_IsTwoFilesWithTheSameLogits()
    {
        using var folder = new TemporaryFolder();
        var weights = RandomPolicy.Create(RandomPolicy.Config(vocabulary: 40), seed: 11);
        var whole = DecoderStepGraph.Build(weights, new GraphForm()).ToByteArray();

        var isSplit = ExternalData.Write(ModelProto.Parser.ParseFrom(whole), folder.PathOf("model.onnx"), maximumBytes: 10_000);

        Assert.True(isSplit);
        Assert.Equal(["model.onnx", "model.onnx_data"], folder.Names);
        Assert.True(new FileInfo(folder.PathOf("model.onnx")).Length < whole.Length / 2);
        using var one = new InferenceSession(whole);
        using var two = new InferenceSession(folder.PathOf("model.onnx"));
        using var stepOne = new DecoderStep(one, weights.Config);
        using var stepTwo = new DecoderStep(two, weights.Config);
        Assert.Equal(stepOne.Run([[3, 4, 5]], [[1, 1, 1]])[0], stepTwo.Run([[3, 4, 5]], [[1, 1, 1]])[0]);
    }

    [Fact]
    public void ModelWithinTheLimit_IsOneFile()
    {
        using var folder = new TemporaryFolder();
        var model = DecoderStepGraph.Build(RandomPolicy.Create(RandomPolicy.Config(vocabulary: 40), seed: 12), new GraphForm());
        var whole = model.ToByteArray();

        Assert.False(ExternalData.Write(model, folder.PathOf("model.onnx"), maximumBytes: int.MaxValue));

        Assert.Equal(["model.onnx"], folder.Names);
        Assert.Equal(whole, File.ReadAllBytes(folder.PathOf("model.onnx")));
    }
}
