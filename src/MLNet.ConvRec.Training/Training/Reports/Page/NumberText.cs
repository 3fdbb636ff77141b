using System.Globalization;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Numbers as the report writes them.</summary>
internal static class NumberText
{
    /// <summary>Returns a number in few letters: 0.0375, 12,000, 2e-5.</summary>
    public static string Short(double value)
    {
        var size = Math.Abs(value);
        if (size is 0 or (>= 0.001 and < 1000))
            return value.ToString("0.####", CultureInfo.InvariantCulture);
        if (size is >= 1000 and < 1e6)
            return value.ToString("#,0", CultureInfo.InvariantCulture);
        return value.ToString("0.##e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal);
    }

    /// <summary>Returns a time in its own unit: 840 ms, 12.3 s, 4.5 min, 31.0 h.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => time.TotalMilliseconds.ToString("0 ms", CultureInfo.InvariantCulture),
        < 100 => time.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture),
        < 6000 => time.TotalMinutes.ToString("0.0 min", CultureInfo.InvariantCulture),
        _ => time.TotalHours.ToString("0.0 h", CultureInfo.InvariantCulture),
    };

    /// <summary>Returns a share as a percentage.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    /// <summary>Returns a metric with its interval below it.</summary>
    public static Html WithInterval(ReportValue value) => value is { Low: { } low, High: { } high }
        ? Html.Of($"{value.Mean:0.000}<br><span class=\"muted\">{low:0.000} to {high:0.000}</span>")
        : Html.Of($"{value.Mean:0.000}");
}
