namespace MLNet.ConvRec.Tests.Export.Hosts;

public sealed class RecordedAnswersTests
{
    [Theory]
    [InlineData("qwen2")]
    [InlineData("llama")]
    [InlineData("qwen3")]
    public void AnswersOfTransformersJs_AreThePolicysOwn(string modelType)
    {
        using var host = new HostPolicy(modelType);
        var recorded = RecordedAnswers.All[modelType];

        var logits = new ReferenceDecoder(host.Policy.Weights).Logits(HostPolicy.Prompts[0]);
        Assert.Equal(16, recorded.Logits.Length);
        Assert.All(recorded.Logits.Index(), logit => Assert.Equal(logits[logit.Index], logit.Item, 1e-4));
        int[][] greedy = [.. HostPolicy.Prompts.Select(host.Greedy)];
        Assert.Equal(greedy, recorded.Tokens);
        Assert.Equal(greedy, recorded.Together);
    }
}
