using Microsoft.Extensions.AI;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Demonstrations.Remap;
using MLNet.ConvRec.Demonstrations.Teachers;
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
    /// <param name="embeddings">Who embeds texts, or <see langword="null"/> for character n-grams.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told in sentences how it goes, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the fit.</param>
    /// <exception cref="InvalidDataException">No dialogue of train has a true item of the catalog.</exception>
    public static async Task<FittedDemonstrations> FitAsync(
        IEnumerable<Dialogue> train,
        ItemCatalog catalog,
        ITeacher teacher,
        IJudge? judge,
        IEmbeddingGenerator<string, Embedding<float>>? embeddings,
        DemonstrationOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken)
    {
        options.Validate();
        var parts = train.ToLookup(dialogue => ImitatedShare.IsHeldOut(dialogue.ConversationId, options));
        Dialogue[] asked = [.. parts[false].Where(dialogue => LinkedDialogue.Link(dialogue.GroundTruth, catalog).Length > 0)];
        var dialogues = Array.ConvertAll(asked, dialogue => dialogue with { Seen = SeenItems.Of(dialogue, catalog) });
        if (dialogues.Length == 0)
        {
            throw new InvalidDataException(
                "No dialogue of train has a true item that is in the catalog, so that nothing can be fitted; "
                + "check that both are of the same data set.");
        }

        var memory = new TeacherMemory(teacher);
        ITextSimilarity text = embeddings is null
            ? new TextSimilarity(catalog, options.Neighbours)
            : await EmbeddingSimilarity.CreateAsync(embeddings, catalog, options.Neighbours, cancellationToken).ConfigureAwait(false);
        if (CatalogTexts.Describe(catalog, text) is { } lacking)
            progress?.Report(lacking);
        var statistics = new DialogueStatistics(dialogues, catalog, text, options.Neighbours);
        var reader = new ListReader(catalog, PopularityOf(catalog, dialogues));
        TrainFolds folds;
        if (options.Steps == DemonstrationSteps.None)
        {
            // The teacher's own list needs no weights, and a teacher may be paid by the list.
            folds = new TrainFolds(Neutral(catalog), [Neutral(catalog)], Conversations(dialogues), options.Seed);
        }
        else
        {
            var examples = await AskAsync(asked, dialogues, memory, reader, statistics, options, progress, cancellationToken)
                .ConfigureAwait(false);
            var names = examples.SelectMany(example => FittedDemonstrations.UnknownNames(example.Lines));
            await text.PrepareAsync(names, examples.Select(example => example.Dialogue), cancellationToken).ConfigureAwait(false);
            folds = FitFolds(examples, dialogues, statistics, new DemonstrationModelFit(catalog, text, options), options, progress, cancellationToken);
        }

        return new FittedDemonstrations(catalog, memory, judge, options, reader, text, statistics, folds) { HeldOut = Conversations(parts[true]) };
    }

    private static TrainFolds FitFolds(
        TrainExample[] examples,
        Dialogue[] train,
        DialogueStatistics statistics,
        DemonstrationModelFit fit,
        DemonstrationOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken)
    {
        var all = fit.Fit(examples, statistics, cancellationToken);
        progress?.Report(options.Steps.HasFlag(DemonstrationSteps.Adjust)
            ? $"Adjust: w and b of {all.Adjust.Weight.Length} items fitted to {examples.Length} dialogues in {all.Adjust.Iterations} steps"
                + (all.Adjust.Converged ? "." : ", tolerance not met.")
            : $"Remap: the blend of similarities fitted to {examples.Length} dialogues.");
        var without = new DemonstrationModel[options.Folds];
        for (var fold = 0; fold < options.Folds; fold++)
        {
            without[fold] = fit.Fit(
                [.. examples.Where(example => FoldOf(example.Dialogue) != fold)], [.. train.Where(dialogue => FoldOf(dialogue) != fold)], cancellationToken);
            progress?.Report($"Fitted again without part {fold + 1} of {options.Folds} of train.");
        }

        return new TrainFolds(all, without, Conversations(train), options.Seed);

        int FoldOf(Dialogue dialogue) => TrainFolds.FoldOf(dialogue.ConversationId, options.Folds, options.Seed);
    }

    private static async Task<TrainExample[]> AskAsync(
        Dialogue[] asked,
        Dialogue[] dialogues,
        TeacherMemory teacher,
        ListReader reader,
        DialogueStatistics statistics,
        DemonstrationOptions options,
        IProgress<string>? progress,
        CancellationToken cancellationToken)
    {
        int[] fitted = [.. Enumerable.Range(0, dialogues.Length)
            .Where(i => ImitatedShare.Contains(dialogues[i].ConversationId, options.FitShare, options.Seed))];
        if (fitted.Length == 0)
            throw new InvalidDataException($"DemonstrationOptions.FitShare {options.FitShare} leaves no dialogue of train to fit weights to; raise it.");
        var examples = new TrainExample[fitted.Length];
        var (tally, shared) = (new ListTally(), new SharedLines());
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, fitted.Length, parallel, async (i, _) =>
        {
            // Not the loop's own token, which a failure sets: what is on its way is paid for, and is to reach the client's journal.
            var (dialogue, about) = (dialogues[fitted[i]], asked[fitted[i]]);
            var list = await teacher.RecommendAsync(about, cancellationToken).ConfigureAwait(false);
            var read = reader.Read(list.Raw, statistics.ContextOf(dialogue));
            examples[i] = new TrainExample(dialogue, shared.Of(read.Lines));
            tally.Add(list, read);
        }).ConfigureAwait(false);
        progress?.Report($"Teacher {teacher.Name}: {tally.Counts.Describe()}");
        return examples;
    }

    private static HashSet<string> Conversations(IEnumerable<Dialogue> dialogues) =>
        dialogues.Select(dialogue => dialogue.ConversationId).ToHashSet(StringComparer.Ordinal);

    private static DemonstrationModel Neutral(ItemCatalog catalog) =>
        new(new SimilarityWeights(), new AdjustWeights([.. Enumerable.Repeat(1.0, catalog.Count)], new double[catalog.Count], 0, true));

    /// <summary>
    /// What a bare title means: what train's contexts name most, and the catalog's popularity where they name none; that alone may have
    /// been counted over dialogues that are held out.
    /// </summary>
    internal static double[] PopularityOf(ItemCatalog catalog, IEnumerable<Dialogue> train)
    {
        var most = 1 + catalog.Items.Max(item => item.Popularity ?? 0);
        var popularity = catalog.Items.Select(item => (item.Popularity ?? 0) / most).ToArray();
        foreach (var item in train.SelectMany(dialogue => LinkedDialogue.Link(SeenItems.Of(dialogue, catalog), catalog)))
            popularity[item]++;
        return popularity;
    }
}

/// <summary>A dialogue of train with the teacher's list as it was read.</summary>
internal sealed record TrainExample(Dialogue Dialogue, IReadOnlyList<TeacherLine> Lines);
