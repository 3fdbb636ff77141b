using System.Text.Json.Serialization;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>What each implementation is asked: how each prompt goes on, greedily, and the logits after its last token.</summary>
/// <param name="Prompts">Token ids.</param>
/// <param name="NewTokens">How many tokens each prompt is continued by.</param>
internal sealed record ReferenceRequest(
    [property: JsonPropertyName("prompts")] int[][] Prompts, [property: JsonPropertyName("new_tokens")] int NewTokens)
{
    private const ulong Seed = 5;

    /// <summary>Prompts of 1 to 96 random tokens, short ones first.</summary>
    public static ReferenceRequest Small { get; } =
        new([.. Enumerable.Range(0, 200).Select(prompt => Prompt(prompt, 1 + (prompt * 96 / 200), ReferenceNetwork.Vocabulary))], 16);

    /// <summary>Two prompts of 32 tokens for the networks of half a billion weights.</summary>
    public static ReferenceRequest HalfBillion { get; } =
        new([.. Enumerable.Range(0, 2).Select(prompt => Prompt(prompt, 32, ReferenceNetwork.HalfBillionVocabulary))], 4);

    private static int[] Prompt(int prompt, int length, int vocabulary) =>
        [.. Enumerable.Range(0, length).Select(place => (int)(CounterRandom.Uniform(Seed, (ulong)prompt, (ulong)place) * vocabulary))];
}

/// <summary>What an implementation answers.</summary>
/// <param name="Continuations">For each prompt, its greedy tokens.</param>
/// <param name="Logits">For each prompt, the logits after its last token [V].</param>
internal sealed record ReferenceAnswer(
    [property: JsonPropertyName("continuations")] int[][] Continuations, [property: JsonPropertyName("logits")] float[][] Logits)
{
    /// <summary>The largest difference between the logits of two answers.</summary>
    public double LargestDifference(ReferenceAnswer other) =>
        Logits.Zip(other.Logits, (ours, theirs) => LargestDifference(ours, theirs)).Max();

    /// <summary>The largest difference between two rows of logits.</summary>
    public static double LargestDifference(float[] ours, float[] theirs)
    {
        Assert.Equal(theirs.Length, ours.Length);
        return ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max();
    }
}
