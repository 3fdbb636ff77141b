using System.Globalization;
using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>The tables of <c>--calibration</c>, one for each system.</summary>
internal static class CalibrationTables
{
    public static void Print(TextWriter output, IEnumerable<ScoreCalibration> calibrations)
    {
        foreach (var system in calibrations)
        {
            output.WriteLine();
            output.WriteLine($"{system.Name}: scores of lines, and how many of them hit");
            output.WriteLine($"{"lines",9}{"score from",12}{"to",12}{"predicted",12}{"hit rate",12}");
            foreach (var bin in system.Bins)
                output.WriteLine($"{bin.Lines,9:N0}{Number(bin.LowestScore),12}{Number(bin.HighestScore),12}{Number(bin.Predicted),12}{Number(bin.HitRate),12}");
            output.WriteLine($"A hit has a higher score than a miss in {Number(system.Discrimination)} of pairs; expected calibration error {Number(system.ExpectedError)}.");
        }
    }

    private static string Number(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "-";
}
