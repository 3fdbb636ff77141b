using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Comparison;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation.Comparison;

public class ConversationsTests
{
    // 30 conversations: two of three have a single dialogue, which misses; each third has four, which all hit.
    private static readonly Dialogue[] Dialogues =
        [.. Enumerable.Range(0, 30).SelectMany(c => Enumerable.Range(1, c % 3 == 0 ? 4 : 1).Select(number => Dialogue($"talk-{c}-{number}", [Alien])))];

    [Theory]
    [InlineData(ResamplingUnit.Conversation, "a-1", "a-1", "b-2", "a-1", "c")]
    [InlineData(ResamplingUnit.Dialogue, "a-1-7", "a-1-8", "b-2-1", "a-1-1", "c")]
    public void Id_TellsItsConversation(ResamplingUnit unit, params string[] expected) =>
        Assert.Equal(expected, Conversations.Of(["a-1-7", "a-1-8", "b-2-1", "a-1-1", "c"], unit));

    [Fact]
    public void IdsThatNumberDialogues_TellNone() =>
        Assert.Equal(["test-1", "test-2", "test-3"], Conversations.Of(["test-1", "test-2", "test-3"], ResamplingUnit.Conversation));

    [Fact]
    public void EvaluatorByDefault_ResamplesConversations()
    {
        var (whole, alone) = (Evaluate("whole", new()), Evaluate("alone", new() { ResampleBy = ResamplingUnit.Dialogue }));

        Assert.Equal((30, null), (whole.Summary.Conversations, alone.Summary.Conversations));
        Assert.Equal(alone.Metrics["recall@1"].Mean, whole.Metrics["recall@1"].Mean);
        // The mean is 40/60. By conversation a residual is 4/3 for 10 of them and -2/3 for 20, so that its standard error is
        // sqrt(10 * (4/3)^2 + 20 * (2/3)^2) / 60 = 0.086; by dialogue sqrt(2/3 * 1/3 / 60) = 0.061.
        Assert.Equal(2 * 1.96 * 0.086, Width(whole), 0.03);
        Assert.Equal(2 * 1.96 * 0.061, Width(alone), 0.02);
    }

    [Fact]
    public void PairedComparisonByDefault_PairsConversations()
    {
        var (better, worse) = (Evaluate("better", new()), Evaluate("worse", new(), hits: false));

        var whole = PairedComparison.Of(better, worse, "recall@1");
        var alone = PairedComparison.Of(better, worse, "recall@1", new() { ResampleBy = ResamplingUnit.Dialogue });

        Assert.Equal(2 / Math.Pow(2, 10), whole.P, 12); // ten conversations differ, all one way; by dialogue forty
        Assert.True(alone.P < 1e-9);
        Assert.Equal(alone.Difference, whole.Difference);
        Assert.True(whole.High - whole.Low > 1.2 * (alone.High - alone.Low));
    }

    // A conversation's differences are summed: +1 and -1 in one conversation tie.
    [Fact]
    public void OpposedDifferencesOfAConversation_CancelOut()
    {
        Dialogue[] dialogues = [Dialogue("a-1", [Alien]), Dialogue("a-2", [Alien]), Dialogue("b-1", [Alien])];
        var first = RecommendationEvaluator.Evaluate("first", [List("a-1", Alien), List("b-1", Alien)], dialogues, Shop);
        var second = RecommendationEvaluator.Evaluate("second", [List("a-2", Alien), List("b-1", Alien)], dialogues, Shop);

        var comparison = PairedComparison.Of(first, second, "recall@1");

        Assert.Equal((0, 0, 0, 1), (comparison.Difference, comparison.Low, comparison.High, comparison.P));
    }

    private static double Width(SystemEvaluation system) => system.Metrics["recall@1"] is { Low: { } low, High: { } high } ? high - low : double.NaN;

    private static SystemEvaluation Evaluate(string name, EvaluationOptions options, bool hits = true)
    {
        var repeated = Dialogues.CountBy(dialogue => dialogue.ConversationId).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet();
        var lists = Dialogues.Select(dialogue => List(dialogue.Id, hits && repeated.Contains(dialogue.ConversationId) ? Alien : Heat));
        return RecommendationEvaluator.Evaluate(name, lists, Dialogues, Shop, options);
    }
}
