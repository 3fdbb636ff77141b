using System.Text.Json;
using MLNet.ConvRec.Training.Tests.Training.RankGrpo.Objective;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Gpu.Checks;

/// <summary>The golden losses and gradients of every objective, on the device. (Rewards and advantages are computed by the host wherever a policy trains.)</summary>
internal static class GoldenCheck
{
    /// <summary>The file of golden values.</summary>
    public const string ObjectiveFile = "objective.json";

    private const double LossTolerance = 1e-5, GradientTolerance = 1e-4;

    public static void Run(CheckSetting setting, CheckReport report)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(setting.GoldenFile(ObjectiveFile)));
        GoldenObjective[] cases = [.. json.RootElement.EnumerateArray().Select(golden => new GoldenObjective(golden))];
        report.Number("cases", cases.Length);
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            var (worstLoss, worstGradient) = (0.0, 0.0);
            foreach (var golden in cases)
            {
                var (loss, gradient) = golden.Compute(type, setting.Device);
                worstLoss = Math.Max(worstLoss, Math.Abs(loss - golden.Loss));
                worstGradient = golden.Gradient.SelectMany((list, i) => list.Select((value, t) => Math.Abs(value - gradient[i][t]))).Append(worstGradient).Max();
            }

            report.Number($"{type}, largest difference of a loss", worstLoss);
            report.Number($"{type}, largest difference of a gradient", worstGradient);
            report.Require($"{type}, losses within {LossTolerance:G}, gradients within {GradientTolerance:G}", worstLoss <= LossTolerance && worstGradient <= GradientTolerance);
        }
    }
}
