using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tests.Export.Matrices;

namespace MLNet.ConvRec.Tests.Export;

public sealed class DecoderStepGraphTests
{
    private const int Vocabulary = 40;

    [Theory]
    [InlineData("qwen2", true)]
    [InlineData("llama", true)]
    [InlineData("llama", false)]
    [InlineData("qwen3", false)]
    public void TokensOneByOneAndAtOnce_GiveTheReferenceLogits(string modelType, bool isTied)
    {
        var weights = Policy(modelType, isTied, seed: 7);
        int[] tokens = [5, 9, 31, 2, 2, 17];

        using var session = Session(weights, new GraphForm());
        using var atOnce = new DecoderStep(session, weights.Config);
        using var stepwise = new DecoderStep(session, weights.Config);
        var whole = atOnce.Run([[.. tokens.Select(token => (long)token)]], [Ones(tokens.Length)])[0];

        var reference = new ReferenceDecoder(weights);
        for (var i = 0; i < tokens.Length; i++)
        {
            var expected = reference.Logits(tokens[..(i + 1)]);
            var step = stepwise.Run([[tokens[i]]], [[1]])[0][0];
            Assert.All(expected.Index(), logit => Assert.Equal(logit.Item, whole[i][logit.Index], 1e-4));
            Assert.All(expected.Index(), logit => Assert.Equal(logit.Item, step[logit.Index], 1e-4));
        }
    }

    [Fact]
    public void PaddingOnTheLeft_ChangesNothing()
    {
        var weights = Policy("qwen2", isTied: true, seed: 8);
        using var session = Session(weights, new GraphForm());
        using var both = new DecoderStep(session, weights.Config);

        var first = both.Run([[0, 0, 5, 9], [3, 4, 5, 6]], [[0, 0, 1, 1], [1, 1, 1, 1]]);
        var second = both.Run([[7], [8]], [[1], [1]]);

        var reference = new ReferenceDecoder(weights);
        AssertNear(reference.Logits([5, 9]), first[0][3]);
        AssertNear(reference.Logits([3, 4, 5, 6]), first[1][3]);
        AssertNear(reference.Logits([5, 9, 7]), second[0][0]);
        AssertNear(reference.Logits([3, 4, 5, 6, 8]), second[1][0]);
    }

    [Fact]
    public void InputsAndOutputs_HaveOptimumsNames()
    {
        var graph = DecoderStepGraph.Build(Policy("llama", isTied: true, seed: 9), new GraphForm()).Graph;

        Assert.Equal(
            [
                "input_ids[batch_size,sequence_length]", "attention_mask[batch_size,total_sequence_length]", "position_ids[batch_size,sequence_length]",
                "past_key_values.0.key[batch_size,2,past_sequence_length,8]", "past_key_values.0.value[batch_size,2,past_sequence_length,8]",
                "past_key_values.1.key[batch_size,2,past_sequence_length,8]", "past_key_values.1.value[batch_size,2,past_sequence_length,8]",
            ],
            graph.Input.Select(Shown));
        Assert.Equal(
            [
                "logits[batch_size,sequence_length,40]",
                "present.0.key[batch_size,2,total_sequence_length,8]", "present.0.value[batch_size,2,total_sequence_length,8]",
                "present.1.key[batch_size,2,total_sequence_length,8]", "present.1.value[batch_size,2,total_sequence_length,8]",
            ],
            graph.Output.Select(Shown));
    }

    [Theory]
    [InlineData(WeightPrecision.Half, 32, 1e-4)]
    [InlineData(WeightPrecision.EightBit, 32, 0.05)] // what goes in is rounded to 8 bits as well
    [InlineData(WeightPrecision.FourBit, 32, 0.05)]
    [InlineData(WeightPrecision.EightBit, 40, 0.05)] // no multiple of a block
    [InlineData(WeightPrecision.FourBit, 40, 0.05)]
    public void LowerPrecision_GivesTheLogitsOfTheRoundedWeights(WeightPrecision precision, int hidden, double tolerance)
    {
        var weights = RandomPolicy.Create(RandomPolicy.Config(Vocabulary, hidden), seed: 10);
        int[] tokens = [5, 9, 31, 2, 2, 17];
        using var session = Session(weights, new GraphForm { Precision = precision });
        using var step = new DecoderStep(session, weights.Config);

        var logits = step.Run([[.. tokens.Select(token => (long)token)]], [Ones(tokens.Length)])[0][^1];

        var expected = new ReferenceDecoder(DequantizedPolicy.Of(weights, precision)).Logits(tokens);
        var exact = new ReferenceDecoder(weights).Logits(tokens);
        Assert.True(Distance(expected, logits) < tolerance * Norm(expected), $"{Distance(expected, logits)} of {Norm(expected)}");
        Assert.True(Distance(exact, logits) > Distance(expected, logits));
    }

    private static PolicyWeights Policy(string modelType, bool isTied, int seed) =>
        RandomPolicy.Create(RandomPolicy.Config(Vocabulary) with { ModelType = modelType, TieWordEmbeddings = isTied }, seed);

    private static InferenceSession Session(PolicyWeights weights, GraphForm form) =>
        new(DecoderStepGraph.Build(weights, form).ToByteArray(), new SessionOptions { IntraOpNumThreads = 1 });

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];

    private static double Norm(double[] x) => Math.Sqrt(x.Sum(value => value * value));

    private static double Distance(double[] a, float[] b) => Norm([.. a.Zip(b, (x, y) => x - y)]);

    private static void AssertNear(double[] expected, float[] actual) =>
        Assert.All(expected.Index(), logit => Assert.Equal(logit.Item, actual[logit.Index], 1e-4));

    private static string Shown(MLNet.ConvRec.Export.Onnx.ValueInfoProto value) =>
        $"{value.Name}[{string.Join(',', value.Type.TensorType.Shape.Dim.Select(dim => dim.DimParam.Length > 0 ? dim.DimParam : $"{dim.DimValue}"))}]";
}
