using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Fits Remap-Reflect-Adjust to train.</summary>
internal static class DemonstrationBuilder
{
    /// <summary>Asks the teacher about train and fits the weights.</summary>
    /// <param name="train">Dialogues with true items; those without take no part in the fit.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="teacher">Who writes the lists.</param>
    /// <param name="judge">Who grades candidates, or <see langword="null"/> for no grades.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told in sentences how it goes, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the fit.</param>
    /// <exception cref="InvalidDataException">No dialogue of train has a true item of the catalog.</exception>
    public static async Task<FittedDemonstrations> FitAsync(
        IEnumerable<Dialogue> train,
        ItemCatalog catalog,
        ITeacher teacher,
        IJudge? judge,
        DemonstrationOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken)
    {
        options.Validate();
        Dialogue[] dialogues = [.. train.Where(dialogue => LinkedDialogue.Link(dialogue.GroundTruth, catalog).Length > 0)];
        if (dialogues.Length == 0)
            throw new InvalidDataException("No dialogue of train has a true item that is in the catalog; Adjust has nothing to be fitted to. Check that both are of the same data set.");
        var text = new TextSimilarity(catalog, options.Neighbours);
        var reader = new ListReader(catalog, PopularityOf(catalog, dialogues));
        var examples = await AskAsync(dialogues, teacher, reader, options, progress, cancellationToken).ConfigureAwait(false);
        var folds = options.Steps == DemonstrationSteps.None
            ? new TrainFolds(Neutral(catalog), [Neutral(catalog)], Conversations(dialogues), options.Seed)
            : FitFolds(examples, new DemonstrationModelFit(catalog, text, options), options, progress, cancellationToken);
        var statistics = new DialogueStatistics(dialogues, catalog, text, options.Neighbours);
        return new FittedDemonstrations(catalog, teacher, judge, options, reader, statistics, folds);
    }

    private static TrainFolds FitFolds(
        TrainExample[] examples, DemonstrationModelFit fit, DemonstrationOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var all = fit.Fit(examples, cancellationToken);
        progress?.Report($"Adjust: w and b of {all.Adjust.Weight.Length} items fitted to {examples.Length} dialogues in {all.Adjust.Iterations} steps"
            + (all.Adjust.Converged ? "." : ", tolerance not met."));
        var without = new DemonstrationModel[options.Folds];
        for (var fold = 0; fold < options.Folds; fold++)
        {
            TrainExample[] rest = [.. examples.Where(example => TrainFolds.FoldOf(example.Dialogue.ConversationId, options.Folds, options.Seed) != fold)];
            without[fold] = rest.Length == 0 ? all : fit.Fit(rest, cancellationToken);
            progress?.Report($"Adjust: fitted without part {fold + 1} of {options.Folds} of train.");
        }

        return new TrainFolds(all, without, Conversations(examples.Select(example => example.Dialogue)), options.Seed);
    }

    private static async Task<TrainExample[]> AskAsync(
        Dialogue[] dialogues, ITeacher teacher, ListReader reader, DemonstrationOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var examples = new TrainExample[dialogues.Length];
        var (listed, linked, missing) = (0, 0, 0);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, dialogues.Length, parallel, async (i, cancel) =>
        {
            var list = await teacher.RecommendAsync(dialogues[i], cancel).ConfigureAwait(false);
            var read = reader.Read(list.Raw);
            examples[i] = new TrainExample(dialogues[i], read.Lines);
            Interlocked.Add(ref listed, read.Lines.Count);
            Interlocked.Add(ref linked, read.LinkedLines);
            Interlocked.Add(ref missing, list.Raw.Count == 0 ? 1 : 0);
        }).ConfigureAwait(false);
        progress?.Report($"Teacher {teacher.Name}: {dialogues.Length} dialogues, {missing} without a list; {listed} lines read, {linked} of them in the catalog.");
        return examples;
    }

    private static HashSet<string> Conversations(IEnumerable<Dialogue> dialogues) =>
        dialogues.Select(dialogue => dialogue.ConversationId).ToHashSet(StringComparer.Ordinal);

    private static DemonstrationModel Neutral(ItemCatalog catalog) =>
        new(new SimilarityWeights(), new AdjustWeights([.. Enumerable.Repeat(1.0, catalog.Count)], new double[catalog.Count], 0, true));

    // What a bare title means: the world's popularity where the catalog has it, else how often train names the item.
    private static double[] PopularityOf(ItemCatalog catalog, IEnumerable<Dialogue> train)
    {
        var popularity = catalog.Items.Select(item => item.Popularity ?? 0).ToArray();
        if (popularity.Any(count => count > 0))
            return popularity;
        foreach (var item in train.SelectMany(dialogue => LinkedDialogue.Link(SeenItems.Of(dialogue, catalog), catalog)))
            popularity[item]++;
        return popularity;
    }
}

/// <summary>A dialogue of train with the teacher's list as it was read.</summary>
internal sealed record TrainExample(Dialogue Dialogue, IReadOnlyList<TeacherLine> Lines);
