using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using QuickStart;

namespace ReproducePaper.Paper;

/// <summary>The rows that need no training: made anew, on the dialogues that the runs report on.</summary>
internal static class UntrainedRows
{
    private const int Length = 20;

    /// <summary>Makes the rows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="splits">Counts see all of train; the demonstrations what the runs' demonstrations saw.</param>
    /// <param name="recipe">How demonstrations are built.</param>
    /// <param name="recorded">A folder with <c>DATASET-MODEL.jsonl</c>, lists of real models; <see langword="null"/> for none.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IEnumerable<(string Name, SystemEvaluation System, string Note)> Of(QuickStartData data, Splits splits, Recipe recipe, string? recorded, CancellationToken cancellation)
    {
        var (reported, catalog) = (splits.Reported, data.Catalog);
        yield return Row("popularity", Baselines.Lists(reported, Popularity.Fit(data.Train, catalog).Rank, Length), "counts all of train");
        yield return Row("namedTogether", Baselines.Lists(reported, NamedTogether.Fit(data.Train, catalog).Rank, Length), "counts all of train");
        yield return Row("repeater", Baselines.Repeater(reported, catalog, Length), "a seen film is no hit");
        var ml = new MLContext(1);
        var options = recipe.Training.Demonstrations with { Seed = 1, CancellationToken = cancellation };
        var teacher = data.Teacher(seed: 1);
        var simulated = teacher.IsSimulated ? "simulated teacher" : teacher.Name;
        yield return Row("teacher", Lists(teacher, null, options with { Steps = DemonstrationSteps.None }), $"{simulated}, its own lists");
        yield return Row("demonstrations", Lists(teacher, recipe.IsJudged ? teacher : null, options), $"{simulated}, {(recipe.IsJudged ? "Remap-Reflect-Adjust" : "Remap and Adjust, no judge")}, fitted on what SFT knows");
        foreach (var (model, path) in Models(data.Name, recorded))
        {
            var name = model == "gpt-4" ? PaperRow.ZeroShot : $"{PaperRow.ZeroShot}:{model}";
            yield return Row(name, Lists(RecordedTeacher.Load(path), null, options with { Steps = DemonstrationSteps.None }), $"recorded lists of {model}");
        }

        (string Name, SystemEvaluation System, string Note) Row(string name, IEnumerable<RecommendationList> lists, string note) =>
            (name, RecommendationEvaluator.Evaluate(name, lists, reported, catalog), note);

        IEnumerable<RecommendationList> Lists(ITeacher asked, IJudge? judge, DemonstrationOptions options)
        {
            var lines = ml.Transforms.ConvRec.BuildDemonstrations(catalog, asked, options, judge).Fit(ml.Data.LoadDialogues(splits.Known))
                .Transform(ml.Data.LoadDialogues(reported)).GetColumn<string[]>(ConvRecColumns.Demonstration);
            return reported.Zip(lines, (dialogue, list) => new RecommendationList(dialogue.Id, [.. list.Select(Line)]));
        }
    }

    private static Recommendation Line(string line, int index)
    {
        var item = ListLine.Parse(line)!;
        return new Recommendation(index + 1, item.Title, item.Year, 1.0 / (index + 1));
    }

    // GPT-4 first: its row is zeroShot.
    private static IEnumerable<(string Model, string Path)> Models(string dataset, string? folder) =>
        folder is null || !Directory.Exists(folder)
            ? []
            : Directory.EnumerateFiles(folder, $"{dataset}-*.jsonl").Select(path => (Model: Path.GetFileNameWithoutExtension(path)[(dataset.Length + 1)..], Path: path))
                .OrderBy(model => model.Model != "gpt-4").ThenBy(model => model.Model, StringComparer.Ordinal);
}
