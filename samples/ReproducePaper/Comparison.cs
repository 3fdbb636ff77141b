using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
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
    private IDataView? _rows;

    private bool IsSpent => options.BudgetMinutes is { } minutes && _clock.Elapsed.TotalMinutes >= minutes;

    /// <summary>Tunes each method's rate, runs it with each seed, and writes the table.</summary>
    /// <returns>Whether all runs are done; the budget may leave some for the next call.</returns>
    public bool Run()
    {
        Console.WriteLine($"{_splits.Known.Count:N0} dialogues known to the demonstrations, {_splits.HeldOut.Count:N0} held out for reinforcement, {_splits.Tuning.Count:N0} to tune on, {_splits.Reported.Count:N0} to report on.");
        var table = new ResultTable(data, _splits, recipe, options);
        for (var seed = 1; seed <= options.Seeds && !IsSpent; seed++)
            table.Add(Imitated(seed).Record);
        foreach (var contender in options.Methods)
        {
            if (BestRate(contender) is not { } rate)
                break;
            for (var seed = 1; seed <= options.Seeds && !IsSpent; seed++)
                table.Add(Reinforced(contender, seed, rate, isReported: true));
            table.Write(options.Output);
        }

        var isDone = table.Count == options.Seeds * (options.Methods.Count + 1);
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
        var ml = new MLContext(seed);
        var began = _clock.Elapsed;
        var own = recipe.Training.RankGrpo with
        {
            LearningRate = rate,
            ValidationSet = ml.Data.LoadDialogues(_splits.Tuning),
            Progress = log,
            CancellationToken = cancellation,
        };
        var trainer = start is null ? contender.Trainer(ml, data.Catalog, recipe.Training.Backbone, own) : contender.Trainer(ml, data.Catalog, start, own);
        var trained = trainer.Fit(_splits.HeldOut.Count > 0 && !options.IsKnownReinforced ? ml.Data.LoadDialogues(_splits.HeldOut) : Demonstrations());
        var seconds = (_clock.Elapsed - began).TotalSeconds;
        var record = log.Record(contender.Name, seed, setting) with { Rate = rate, Seconds = seconds, Values = isReported ? Values(ml, trained) : null };
        record.Write(path);
        Told(record);
        return record;
    }

    private (RunRecord Record, Func<PolicyModel> Policy) Imitated(int seed)
    {
        var own = recipe.HasStartPerSeed ? seed : 1;
        var folder = Path.Combine(options.Output, $"policy-sft-seed{own}");
        var path = Path.Combine(options.Output, "runs", $"sft-seed{own}.json");
        var setting = Setting(null);
        if (RunRecord.Read(path, setting) is { } done)
            return (done with { Seed = seed }, () => PolicyModel.Load(folder));
        var log = new CurveLog();
        var ml = new MLContext(own);
        var began = _clock.Elapsed;
        var trained = ml.Transforms.ConvRec.Sft(data.Catalog, recipe.Training.Backbone, recipe.Training.Sft with { Progress = log, CancellationToken = cancellation }).Fit(Demonstrations());
        var seconds = (_clock.Elapsed - began).TotalSeconds;
        trained.Policy.Save(folder);
        var record = log.Record("sft", own, setting) with { Seconds = seconds, Values = Values(ml, trained) };
        record.Write(path);
        Told(record);
        return (record with { Seed = seed }, () => PolicyModel.Load(folder));
    }

    // Made once, with one seed: what differs between seeds is training.
    private IDataView Demonstrations()
    {
        if (_rows is not null)
            return _rows;
        var ml = new MLContext(1);
        var demonstrations = recipe.Training.Demonstrations with { Seed = 1, CancellationToken = cancellation };
        var builder = ml.Transforms.ConvRec.BuildDemonstrations(data.Catalog, data.Teacher(seed: 1), demonstrations).Fit(ml.Data.LoadDialogues(_splits.Known));
        return _rows = ml.Data.Cache(builder.Transform(ml.Data.LoadDialogues(ItemSubstitution.Extend(_splits.Known, data.Catalog, demonstrations))));
    }

    private Dictionary<string, double[]> Values(MLContext ml, PolicyTransformer trained)
    {
        var lists = trained.Transform(ml.Data.LoadDialogues(_splits.Reported)).ReadRecommendations();
        var evaluation = RecommendationEvaluator.Evaluate("run", lists, _splits.Reported, data.Catalog, new EvaluationOptions { Resamples = 1 });
        return Metrics.ToDictionary(metric => metric, metric => evaluation.Values[metric].ToArray());
    }

    private string Setting(Contender? contender)
    {
        var (sft, rankGrpo) = (recipe.Training.Sft, recipe.Training.RankGrpo);
        var imitation = FormattableString.Invariant($"{data.Name}, {recipe.HeldOut:P0} held out, {sft.Epochs} epochs or {sft.MaxSteps ?? -1} steps of sft{(options.Share is { } share ? $", share {share}" : "")}{(options.Substitutions is { } copies ? $", {copies} substitutions" : "")}");
        return contender is null
            ? imitation
            : FormattableString.Invariant($"{imitation}, {rankGrpo.Steps} steps of {rankGrpo.BatchSize} x {rankGrpo.GroupSize}, beta {rankGrpo.KlCoefficient}{(options.IsKnownReinforced ? ", known dialogues reinforced" : "")}");
    }

    private void Told(RunRecord run)
    {
        var looks = run.Looks.Count > 0 ? FormattableString.Invariant($"  tuning NDCG {run.Looks[0]:F4} to {run.Looks[^1]:F4}, best {run.BestLook:F4}; sampled recall {run.Curve.Take(10).Average():F4} to {run.Curve.TakeLast(10).Average():F4}") : "";
        var reported = run.Values is { } values ? FormattableString.Invariant($"  reported recall@20 {values[MetricNames.Recall(20)].Average():F4} NDCG@20 {values[MetricNames.Ndcg(20)].Average():F4}") : "";
        Console.WriteLine(FormattableString.Invariant($"{_clock.Elapsed.TotalMinutes,6:F1} min  {run.Name,-18} seed {run.Seed} rate {run.Rate:0.######}  {run.Seconds:F0} s{looks}{reported}"));
    }
}
