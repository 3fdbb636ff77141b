using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Remap;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Fits the blend of similarities, then w and b, to the dialogues of train or of a part of it.</summary>
internal sealed class DemonstrationModelFit(ItemCatalog catalog, ITextSimilarity text, DemonstrationOptions options)
{
    // A handful of coefficients needs no more; w and b are fitted to all dialogues.
    private const int DialoguesForTheBlend = 3000;

    // Being named always counts: the teacher is whom demonstrations are asked of, and every other weight is measured by it.
    private const double LeastScale = 0.25;

    /// <summary>Fits to dialogues with the teacher's read lists.</summary>
    /// <param name="train">The dialogues that the teacher was asked about.</param>
    /// <param name="counted">The dialogues that similarities are counted over, those among them.</param>
    /// <param name="cancellationToken">Ends the fit.</param>
    public DemonstrationModel Fit(IReadOnlyList<TrainExample> train, IReadOnlyList<Dialogue> counted, CancellationToken cancellationToken) =>
        Fit(train, new DialogueStatistics(counted, catalog, text, options.Neighbours), cancellationToken);

    /// <summary>Fits to dialogues with the teacher's read lists.</summary>
    /// <param name="train">The dialogues that the teacher was asked about.</param>
    /// <param name="statistics">What was counted, over those among others.</param>
    /// <param name="cancellationToken">Ends the fit.</param>
    public DemonstrationModel Fit(IReadOnlyList<TrainExample> train, DialogueStatistics statistics, CancellationToken cancellationToken)
    {
        var sample = train.OrderBy(example => StableHash.Of(options.Seed, example.Dialogue.Id)).Take(DialoguesForTheBlend).ToArray();
        var (similarity, scale, bias) = FitBlend(Choose(sample, statistics, Features, cancellationToken));
        if (!options.Steps.HasFlag(DemonstrationSteps.Adjust))
            return new DemonstrationModel(similarity, new AdjustWeights(Ones(), new double[catalog.Count], 0, true));
        var choices = Choose(train, statistics, parts => [Scaled(Score(parts, similarity), scale)], cancellationToken);
        var fitted = AdjustFit.PerItem(choices, bias, options);
        return new DemonstrationModel(similarity, fitted with { Weight = Scaled(fitted.Weight, scale) });
    }

    private (SimilarityWeights Similarity, double Scale, double[] Bias) FitBlend(List<Choice> choices)
    {
        var features = choices.Count == 0 ? 1 : choices[0].Features.Length / choices[0].Items.Length;
        var (theta, bias) = AdjustFit.Shared(choices, [LeastScale, .. new double[features - 1]], catalog.Count, options.MaxIterations);
        var scale = theta[0];
        var similarity = features == 1
            ? options.Similarity ?? new SimilarityWeights()
            : SimilarityWeights.FromArray(Scaled(theta[1..], 1 / scale));
        return (similarity, scale, bias);
    }

    private double[][] Features(SimilarityParts parts) =>
        options.Steps.HasFlag(DemonstrationSteps.Remap) && options.Similarity is null
            ? parts.Features(catalog.Count)
            : [Score(parts, options.Similarity ?? new SimilarityWeights())];

    private double[] Score(SimilarityParts parts, SimilarityWeights similarity) => parts.Remap(similarity, options, catalog.Count);

    private List<Choice> Choose(
        IReadOnlyList<TrainExample> examples,
        DialogueStatistics statistics,
        Func<SimilarityParts, double[][]> features,
        CancellationToken cancellationToken)
    {
        var choices = new Choice?[examples.Count];
        Parallel.For(0, examples.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            var (dialogue, lines) = examples[i];
            var parts = statistics.PartsOf(dialogue, lines);
            var truth = LinkedDialogue.Link(dialogue.GroundTruth, catalog);
            choices[i] = Choices.Of(features(parts), truth, LinkedDialogue.SeenTitles(dialogue, catalog));
        });
        return [.. choices.OfType<Choice>()];
    }

    private static double[] Scaled(double[] values, double factor) => Array.ConvertAll(values, value => value * factor);

    private double[] Ones() => [.. Enumerable.Repeat(1.0, catalog.Count)];
}
