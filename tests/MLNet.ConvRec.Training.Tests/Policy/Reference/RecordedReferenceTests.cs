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
        var request = new ReferenceRequest([.. recorded.Select(answer => answer.Prompt)], recorded[0].Continuation.Length);

        var ours = NetworkAnswer.Of(ReferenceNetwork.Named(name).Weights(), request);

        Assert.Equal(200, recorded.Length);
        Assert.Equal(recorded.Select(answer => answer.Continuation), ours.Continuations);
    }

    [Theory, MemberData(nameof(Networks))]
    public void Network_HasTheReferencesLogits(string name) =>
        Assert.InRange(DifferenceFromRecorded(name, ReferenceNetwork.Named(name).Weights()), 0, Tolerance);

    [Theory]
    [InlineData("llama", "frequencies unscaled")]
    [InlineData("llama", "epsilon of Qwen2")]
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
    public void WrongNetwork_IsFound(string name, string fault) =>
        Assert.True(DifferenceFromRecorded(name, FaultyWeights.Of(ReferenceNetwork.Named(name).Weights(), fault)) > 10 * Tolerance);

    private static double DifferenceFromRecorded(string name, PolicyWeights weights)
    {
        var recorded = RecordedAnswer.Read(name).Where(answer => answer.Logits is not null).ToArray();
        Assert.Equal(10, recorded.Length);
        var request = new ReferenceRequest([.. recorded.Select(answer => answer.Prompt)], NewTokens: 1);
        return NetworkAnswer.Of(weights, request).LargestDifference(new ReferenceAnswer([], [.. recorded.Select(answer => answer.Logits!)]));
    }
}
