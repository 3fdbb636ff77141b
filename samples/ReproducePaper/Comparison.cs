using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training;
using QuickStart;

namespace ReproducePaper;

/// <summary>All runs of a comparison, one after another; those that are done already are read.</summary>
internal sealed class Comparison(QuickStartData data, Recipe recipe, Options options, CancellationToken cancellation)
{
    private const int TuningSeed = 0;

    /// <summary>What the table is of.</summary>
    public static IReadOnlyList<string> Metrics { get; } = [.. new[] { 5, 10, 20 }.Select(MetricNames.Recall), .. new[] { 5, 10, 20 }.Select(MetricNames.Ndcg)];

    private readonly Splits _splits = Splits.Of(data, recipe);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<DemonstrationSteps, IDataView> _rows = [];

    private bool IsSpent => options.BudgetMinutes is { } minutes && _clock.Elapsed.TotalMinutes >= minutes;

    /// <summary>Tunes each method's rate, runs it with each seed, and writes the table.</summary>
    /// <returns>Whether all runs are done; the budget may leave some for the next call.</returns>
    public bool Run()
    {
        Console.WriteLine($"{_splits.Known.Count:N0} dialogues known to the demonstrations, {_splits.HeldOut.Count:N0} held out for reinforcement, {_splits.Tuning.Count:N0} to tune on, {_splits.Reported.Count:N0} to report on.");
        var table = new ResultTable(data, _splits, recipe, options);
        for (var seed = 1; seed <= options.Seeds && !IsSpent; seed++)
            table.Add(Imitated(seed).Record);
        foreach (var ablation in options.Ablations)
        {
            for (var seed = 1; seed <= options.Seeds && !IsSpent; seed++)
                table.Add(Imitated(seed, ablation).Record);
        }

        foreach (var contender in options.Methods)
        {
            if (BestRate(contender) is not { } rate)
                break;
            for (var seed = 1; seed <= options.Seeds && !IsSpent; seed++)
                table.Add(Reinforced(contender, seed, rate, isReported: true));
            table.Write(options.Output);
        }

        var isDone = table.Count == options.Seeds * (options.Methods.Count + options.Ablations.Count + 1);
        table.Write(options.Output);
        Console.WriteLine(isDone ? table.Text() : $"{table.Text()}\nThe budget is spent; run the same command again to go on.");
        return isDone;
    }

    // The best on the tuning dialogues, of a seed that is not reported; null where the budget is spent before all were tried.
    private double? BestRate(Contender contender)
    {
        if (recipe.Rates.Count == 1)
            return recipe.Rates[0];
        var tried = new List<RunRecord>();
        foreach (var rate in recipe.Rates)
        {
            if (IsSpent)
                return null;
            tried.Add(Reinforced(contender, TuningSeed, rate, isReported: false));
        }

        return tried.MaxBy(run => run.BestLook)!.Rate;
    }

    private RunRecord Reinforced(Contender contender, int seed, double rate, bool isReported)
    {
        var path = Path.Combine(options.Output, "runs", string.Create(CultureInfo.InvariantCulture, $"{contender.Name.Replace(':', '-')}-rate{rate:0.######}-seed{seed}.json"));
        var setting = Setting(contender);
        if (RunRecord.Read(path, setting) is { } done)
            return done;
        var start = contender.IsFromScratch ? null : Imitated(seed).Policy();
        var log = new CurveLog();
        var ml = new MLContext(seed) { GpuDeviceId = options.Gpu };
        var began = _clock.Elapsed;
        var own = recipe.Training.RankGrpo with
        {
            LearningRate = rate,
            ValidationSet = ml.Data.LoadDialogues(_splits.Tuning),
            Progress = log,
            CancellationToken = cancellation,
        };
        var trainer = start is null ? contender.Trainer(ml, data.Catalog, recipe.Training.Backbone, own) : contender.Trainer(ml, data.Catalog, start, own);
        var trained = trainer.Fit(_splits.HeldOut.Count > 0 && !options.IsKnownReinforced ? ml.Data.LoadDialogues(_splits.HeldOut) : Demonstrations(recipe.Training.Demonstrations.Steps));
        var seconds = (_clock.Elapsed - began).TotalSeconds;
        var record = log.Record(contender.Name, seed, setting) with
        {
            Rate = rate,
            Seconds = seconds,
            Values = isReported ? Values(ml, trained) : null,
            OutOfCatalog = contender.IsFree || !own.IsCatalogConstrained ? log.OutOfCatalog : null,
        };
        record.Write(path);
        Told(record);
        return record;
    }

    private (RunRecord Record, Func<PolicyModel> Policy) Imitated(int seed, Ablation? ablation = null)
    {
        var own = recipe.HasStartPerSeed ? seed : 1;
        var name = ablation?.Name ?? Ablation.Whole;
        var steps = ablation?.Steps ?? recipe.Training.Demonstrations.Steps;
        var folder = Path.Combine(options.Output, $"policy-{name}-seed{own}");
        var path = Path.Combine(options.Output, "runs", $"{name}-seed{own}.json");
        if (RunRecord.Read(path, Setting(null)) is { } done)
            return (done with { Seed = seed }, () => Directory.Exists(folder) ? PolicyModel.Load(folder) : Again(done, path));
        var record = Imitate(name, own, steps, folder);
        record.Write(path);
        Told(record);
        return (record with { Seed = seed }, () => PolicyModel.Load(folder));

        // Of runs that were kept without their policies: what begins here must begin where the kept ones began.
        PolicyModel Again(RunRecord kept, string path)
        {
            var again = Imitate(name, own, steps, folder);
            Told(again);
            if (Metrics.All(metric => kept.Values![metric].SequenceEqual(again.Values![metric])))
                return PolicyModel.Load(folder);
            Directory.Delete(folder, recursive: true);
            throw new InvalidDataException($"{path} was kept without its policy, and imitating again gave other lists here; give another --output, so that all runs begin alike.");
        }
    }

    private RunRecord Imitate(string name, int seed, DemonstrationSteps steps, string folder)
    {
        var log = new CurveLog();
        var ml = new MLContext(seed) { GpuDeviceId = options.Gpu };
        var began = _clock.Elapsed;
        var trained = ml.Transforms.ConvRec.Sft(data.Catalog, recipe.Training.Backbone, recipe.Training.Sft with { Progress = log, CancellationToken = cancellation }).Fit(Demonstrations(steps));
        var seconds = (_clock.Elapsed - began).TotalSeconds;
        trained.Policy.Save(folder);
        return log.Record(name, seed, Setting(null)) with { Seconds = seconds, Values = Values(ml, trained) };
    }

    // Made once, with one seed: what differs between seeds is training.
    private IDataView Demonstrations(DemonstrationSteps steps)
    {
        if (_rows.TryGetValue(steps, out var made))
            return made;
        var ml = new MLContext(1);
        var demonstrations = recipe.Training.Demonstrations with { Steps = steps, Seed = 1, CancellationToken = cancellation };
        if (recipe.DemonstrationsPath is { } path)
            return _rows[steps] = Brought(ml, path);
        var teacher = data.Teacher(seed: 1);
        var builder = ml.Transforms.ConvRec.BuildDemonstrations(data.Catalog, teacher, demonstrations, recipe.IsJudged ? teacher : null).Fit(ml.Data.LoadDialogues(_splits.Known));
        return _rows[steps] = ml.Data.Cache(builder.Transform(ml.Data.LoadDialogues(ItemSubstitution.Extend(_splits.Known, data.Catalog, demonstrations))));
    }

    // Lists of the catalog's own lines, read as a teacher's of which no step changes anything.
    private IDataView Brought(MLContext ml, string path)
    {
        var lists = DemonstrationFile.Read(path).Select(one => new TeacherList(one.Id, "demonstrations", [.. one.Items.Select(item => ListLine.Format(item.Title, item.Year))]));
        var asTheyAre = recipe.Training.Demonstrations with { Steps = DemonstrationSteps.None, Share = 1, CancellationToken = cancellation };
        var builder = ml.Transforms.ConvRec.BuildDemonstrations(data.Catalog, RecordedTeacher.From(lists), asTheyAre).Fit(ml.Data.LoadDialogues(_splits.Known));
        return ml.Data.Cache(builder.Transform(ml.Data.LoadDialogues(_splits.Known)));
    }

    private Dictionary<string, double[]> Values(MLContext ml, PolicyTransformer trained)
    {
        var lists = trained.Transform(ml.Data.LoadDialogues(_splits.Reported)).ReadRecommendations();
        var evaluation = RecommendationEvaluator.Evaluate("run", lists, _splits.Reported, data.Catalog, new EvaluationOptions { Resamples = 1 });
        return Metrics.ToDictionary(metric => metric, metric => evaluation.Values[metric].ToArray());
    }

    private string Setting(Contender? contender) => RunSetting.Of(data.Name, recipe, options, isReinforced: contender is not null);

    private void Told(RunRecord run)
    {
        var looks = run.Looks.Count > 0 ? FormattableString.Invariant($"  tuning NDCG {run.Looks[0]:F4} to {run.Looks[^1]:F4}, best {run.BestLook:F4}; sampled recall {run.Curve.Take(10).Average():F4} to {run.Curve.TakeLast(10).Average():F4}") : "";
        var reported = run.Values is { } values ? FormattableString.Invariant($"  reported recall@20 {values[MetricNames.Recall(20)].Average():F4} NDCG@20 {values[MetricNames.Ndcg(20)].Average():F4}") : "";
        Console.WriteLine(FormattableString.Invariant($"{_clock.Elapsed.TotalMinutes,6:F1} min  {run.Name,-18} seed {run.Seed} rate {run.Rate:0.######}  {run.Seconds:F0} s{looks}{reported}"));
    }
}
