using MLNet.ConvRec.Training.Reports.Page;

namespace MLNet.ConvRec.Training.Reports;

/// <summary>The report of an evaluation that no single run stands behind, such as a comparison of several.</summary>
public static class FindingsReport
{
    /// <summary>Writes the page: one file, which loads nothing from anywhere. It is whole or as it was before; equal findings give equal bytes.</summary>
    /// <param name="path">The file, such as <c>report.html</c>.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="facts">Options, seeds and such, which the page ends with.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Write(string path, string title, ReportFindings findings, IReadOnlyList<KeyValuePair<string, string>>? facts = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentNullException.ThrowIfNull(findings);
        ReportPage.Write(path, title, findings, facts ?? []);
    }
}
