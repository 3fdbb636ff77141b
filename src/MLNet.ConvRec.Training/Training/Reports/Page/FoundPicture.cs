using System.Globalization;
using static System.FormattableString;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Two bars a system: how many of the true items its lists hold (retrieve), and how high those stand (rerank).</summary>
internal static class FoundPicture
{
    // The view box: names stand over their bars, so that long ones have room on a phone.
    private const int Width = 400, RowHeight = 40, HeadHeight = 24;
    private const int BarWidth = 144, BarHeight = 14, Retrieve = 0, Rerank = 208;

    /// <summary>Returns the picture; <see langword="null"/> where no system has both numbers.</summary>
    public static Html? Of(IReadOnlyList<ReportSystem> systems, int number)
    {
        ReportSystem[] shown = [.. systems.Where(system => system.FoundOrder is { } order && double.IsFinite(order) && system.RecallByDepth is [.., { Up: var found }] && double.IsFinite(found))];
        if (shown.Length == 0)
            return null;
        var depth = shown.Max(system => system.RecallByDepth[^1].Across);
        var height = HeadHeight + (RowHeight * shown.Length);
        var rows = shown.Select((system, place) => Row(system, HeadHeight + (RowHeight * place)));
        var said = string.Join("; ", shown.Select(system => Invariant($"{system.Name}: {Percent(system.RecallByDepth[^1].Up)} found, order {Percent(system.FoundOrder!.Value)}")));
        return Html.Of($"""
            <figure>
            <figcaption><b>Retrieve, then rerank</b></figcaption>
            <svg viewBox="0 0 {Width} {height}" role="img" aria-labelledby="found{number}_title found{number}_desc"><title id="found{number}_title">Retrieve, then rerank</title><desc id="found{number}_desc">{said}</desc><text x="{Retrieve}" y="12" class="strong">retrieve: found in {depth} lines</text><text x="{Rerank}" y="12" class="strong">rerank: how high</text>{Html.Join(rows)}</svg>
            <p class="muted">Left: the share of the true items that stand anywhere in the first {depth} lines. Right: how high those stand that do, 100% if all are on top (the NDCG of the found ones alone): a system may find more (left) or sort what it finds better (right).</p>
            </figure>

            """);
    }

    private static Html Row(ReportSystem system, int top) => Html.Of(
        $"<text x=\"{Retrieve}\" y=\"{top + 13}\">{system.Name}</text>{Bar(Retrieve, top + 18, system.RecallByDepth[^1].Up, "var(--line1)")}{Bar(Rerank, top + 18, system.FoundOrder!.Value, "var(--line2)")}");

    private static Html Bar(int left, int top, double share, string color)
    {
        var length = (BarWidth * Math.Clamp(share, 0, 1)).ToString("0.#", CultureInfo.InvariantCulture);
        return Html.Of(
            $"<rect x=\"{left}\" y=\"{top}\" width=\"{BarWidth}\" height=\"{BarHeight}\" fill=\"var(--grid)\"/><rect x=\"{left}\" y=\"{top}\" width=\"{length}\" height=\"{BarHeight}\" fill=\"{color}\"/><text x=\"{left + BarWidth + 5}\" y=\"{top + 11}\">{Percent(share)}</text>");
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%";
}
