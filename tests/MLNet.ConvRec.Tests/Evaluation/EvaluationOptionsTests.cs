using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Evaluation.Metrics;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation;

public class EvaluationOptionsTests
{
    private static readonly SystemEvaluation Default = Evaluate(new());

    [Fact]
    public void Cutoffs_ChooseTheDepths() => Assert.Contains("recall@3", Evaluate(new() { Cutoffs = [3] }).Metrics.Keys);

    [Fact]
    public void Confidence_WidensTheInterval() =>
        Assert.True(Width(Evaluate(new() { Confidence = 0.99 })) > Width(Evaluate(new() { Confidence = 0.5 })));

    [Fact]
    public void Seed_ChangesTheIntervalsAloneAndRepeats()
    {
        var other = Evaluate(new() { Seed = 1, Resamples = 50 });
        var again = Evaluate(new() { Seed = 1, Resamples = 50 });
        var third = Evaluate(new() { Seed = 2, Resamples = 50 });

        Assert.Equal(other.Metrics, again.Metrics);
        Assert.NotEqual(third.Metrics["ndcg@5"], other.Metrics["ndcg@5"]);
        Assert.Equal(Default.Metrics["ndcg@5"].Mean, other.Metrics["ndcg@5"].Mean);
    }

    [Fact]
    public void Resamples_ChangeTheInterval() =>
        Assert.NotEqual(Default.Metrics["ndcg@5"], Evaluate(new() { Resamples = 20 }).Metrics["ndcg@5"]);

    [Fact]
    public void ImpossibleOptions_AreRefusedByName()
    {
        Assert.Contains("Cutoffs", Refused(new() { Cutoffs = [5, 0] }), StringComparison.Ordinal);
        Assert.Contains("Cutoffs", Refused(new() { Cutoffs = [] }), StringComparison.Ordinal);
        Assert.Contains("Protocol", Refused(new() { Protocol = (EvaluationProtocol)9 }), StringComparison.Ordinal);
        Assert.Contains("ResampleBy", Refused(new() { ResampleBy = (ResamplingUnit)9 }), StringComparison.Ordinal);
        Assert.Contains("Resamples", Refused(new() { Resamples = 0 }), StringComparison.Ordinal);
        Assert.Contains("Confidence", Refused(new() { Confidence = 1 }), StringComparison.Ordinal);
        Assert.Contains("TrainPopularity", Refused(new() { TrainPopularity = [1, 2] }), StringComparison.Ordinal);
    }

    private static double? Width(SystemEvaluation evaluation) => evaluation.Metrics["ndcg@5"].High - evaluation.Metrics["ndcg@5"].Low;

    private static SystemEvaluation Evaluate(EvaluationOptions options)
    {
        var dialogues = Enumerable.Range(0, 40).Select(i => Dialogue($"d-{i}", [Alien])).ToList();
        var lists = dialogues.Select((dialogue, i) => List(dialogue.Id, (i % 7) switch { 0 => [Alien], < 4 => [Heat, Alien], _ => [Up] }));
        return RecommendationEvaluator.Evaluate("system", lists, dialogues, Shop, options);
    }

    private static string Refused(EvaluationOptions options) => Assert.Throws<ArgumentException>(() => Evaluate(options)).Message;
}
