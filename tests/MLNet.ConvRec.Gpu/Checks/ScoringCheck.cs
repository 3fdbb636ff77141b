using System.Diagnostics;
using Microsoft.ML;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Gpu.Checks;

/// <summary><c>recommender.onnx</c> through the <c>IDataView</c> pipeline: the device's lists beside the CPU's, and lists a second by batch.</summary>
internal static class ScoringCheck
{
    private const int Compared = 200;
    private static readonly int[] Batches = [1, 32, 256];

    public static void Run(CheckSetting setting, CheckReport report)
    {
        var world = new KitWorld();
        var file = Path.Combine(Path.GetTempPath(), $"convrec-kit-{Environment.ProcessId}.zip");
        try
        {
            var ml = new MLContext(1);
            var rows = ml.Data.LoadDialogues(world.Train);
            ml.Model.Save(
                ScoringChain.Create(ml.Transforms, rows, world.Policy.Weights, new ScoringAssets(world.Policy.Prompt, world.Catalog), ListDecoding.Lines), rows.Schema, file);
            foreach (var batch in Batches)
            {
                var here = Time(new MLContext(1), file, world.Train, batch, out var expected, concurrency: 0);
                var there = Time(setting.Context(), file, world.Train, batch, out var lists, concurrency: setting.IsCuda ? 1 : 0);
                report.Number($"batches of {batch}: lists a second on {Environment.ProcessorCount} cores", world.Train.Length / here);
                report.Number($"batches of {batch}: lists a second on the device", world.Train.Length / there);
                report.Number($"batches of {batch}: the device over the cores", here / there);
                report.Require($"batches of {batch}: the first {Compared} lists equal the CPU's", expected.Take(Compared).SequenceEqual(lists.Take(Compared)));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Time(MLContext ml, string file, Dialogue[] dialogues, int batch, out string[] lists, int concurrency)
    {
        using var model = RecommenderModel.Load(ml, file, new RecommenderOptions { BatchSize = batch, Concurrency = concurrency });
        _ = model.Transform(ml.Data.LoadDialogues(dialogues.Take(batch))).ReadRecommendations().Count();
        var watch = Stopwatch.StartNew();
        lists = [.. model.Transform(ml.Data.LoadDialogues(dialogues)).ReadRecommendations().Select(list => string.Join('|', list.Recommendations.Select(line => line.Title)))];
        return watch.Elapsed.TotalSeconds;
    }
}
