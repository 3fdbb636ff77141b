using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Our network computes what a decoder written from the papers computed (README.md here).</summary>
[Collection<Alone>]
public class RecordedReferenceTests
{
    private const double Tolerance = 1e-3;

    public static TheoryData<string> Networks => [.. ReferenceNetwork.Small.Select(network => network.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void Network_ContinuesEveryPromptAsTheReference(string name)
    {
        var recorded = RecordedAnswer.Read(name);

        var shortfalls = NetworkAnswer.Shortfalls(ReferenceNetwork.Named(name).Weights(), recorded);

        // Two tokens closer than the logits need to be may change places on another processor.
        Assert.Equal(200, shortfalls.Length);
        Assert.All(shortfalls, shortfall => Assert.InRange(shortfall, 0, Tolerance));
    }

    [Theory, MemberData(nameof(Networks))]
    public void Network_HasTheReferencesLogits(string name) =>
        Assert.InRange(DifferenceFromRecorded(name, ReferenceNetwork.Named(name).Weights()), 0, Tolerance);

    [Theory]
    [InlineData("llama", "frequencies unscaled")]
    [InlineData("llama-untied", "epsilon of Qwen2")]
    [InlineData("qwen2", "no bias of q_proj")]
    [InlineData("qwen2", "no bias of k_proj")]
    [InlineData("qwen2", "no bias of v_proj")]
    [InlineData("qwen2", "rotated pairs beside each other")]
    [InlineData("llama", "rotated pairs beside each other")]
    [InlineData("qwen3", "rotated pairs beside each other")]
    [InlineData("qwen2", "base of the rotary embedding")]
    [InlineData("qwen3", "no norm of queries")]
    [InlineData("qwen3", "no norm of keys")]
    [InlineData("qwen2", "groups of heads interleaved")]
    [InlineData("llama-untied", "tied")]
    public void WrongNetwork_IsFound(string name, string fault)
    {
        var weights = FaultyWeights.Of(ReferenceNetwork.Named(name).Weights(), fault);

        Assert.True(DifferenceFromRecorded(name, weights) > 10 * Tolerance);
        Assert.Contains(NetworkAnswer.Shortfalls(weights, WithLogits(name)), shortfall => shortfall > Tolerance);
    }

    private static double DifferenceFromRecorded(string name, PolicyWeights weights)
    {
        var recorded = WithLogits(name);
        Assert.Equal(10, recorded.Length);
        var request = new ReferenceRequest([.. recorded.Select(answer => answer.Prompt)], NewTokens: 1);
        return NetworkAnswer.Of(weights, request).LargestDifference(new ReferenceAnswer([], [.. recorded.Select(answer => answer.Logits!)]));
    }

    private static RecordedAnswer[] WithLogits(string name) => [.. RecordedAnswer.Read(name).Where(answer => answer.Logits is not null)];
}
