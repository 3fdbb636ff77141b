using System.Globalization;
using System.Text.RegularExpressions;
using MLNet.ConvRec.Training.Reports;

namespace MLNet.ConvRec.Training.Tests.Training.Reports.Page;

/// <summary>The page's colours can be read by those who see less, on a screen by day and by night and on paper (WCAG 2.2, level AA).</summary>
public sealed partial class StyleTests
{
    private const double OfText = 4.5, OfGraphics = 3;

    private static readonly string Style = Read();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Colours_HaveContrast(int scheme)
    {
        var colors = Schemes()[scheme];

        foreach (var ground in (string[])["page", "card", "hit", "alert"])
        {
            foreach (var text in (string[])["ink", "muted"])
                Assert.True(Contrast(colors[text], colors[ground]) >= OfText, $"{text} on {ground}: {Contrast(colors[text], colors[ground]):F2}");
        }

        foreach (var text in (string[])["gain", "loss"])
            Assert.True(Contrast(colors[text], colors["card"]) >= OfText, $"{text}: {Contrast(colors[text], colors["card"]):F2}");
        foreach (var line in Enumerable.Range(1, 7).Select(line => $"line{line}"))
            Assert.True(Contrast(colors[line], colors["card"]) >= OfGraphics, $"{line}: {Contrast(colors[line], colors["card"]):F2}");
    }

    [Fact]
    public void Contrast_IsTheOneOfWcag()
    {
        Assert.Equal(21, Contrast("#000000", "#ffffff"), 6);
        Assert.Equal(4.54, Contrast("#767676", "#ffffff"), 2);
    }

    [Fact]
    public void EveryScheme_HasEveryColour()
    {
        var schemes = Schemes();

        Assert.Equal(3, schemes.Length); // light, dark, paper
        Assert.All(schemes, scheme => Assert.Equal(schemes[0].Keys.Order(), scheme.Keys.Order()));
        Assert.All(Uses().Matches(Style).Select(use => use.Groups[1].Value), name => Assert.Contains(name, schemes[0].Keys));
    }

    private static Dictionary<string, string>[] Schemes() => [.. Roots().Matches(Style).Select(root =>
        Colors().Matches(root.Groups[1].Value).ToDictionary(color => color.Groups[1].Value, color => color.Groups[2].Value))];

    private static double Contrast(string one, string other)
    {
        var (high, low) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (high + 0.05) / (low + 0.05);
    }

    private static double Luminance(string color)
    {
        double[] parts = [.. new[] { 1, 3, 5 }.Select(at => int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    private static string Read()
    {
        using var text = new StreamReader(typeof(RunRecorder).Assembly.GetManifestResourceStream("report.css")!);
        return text.ReadToEnd();
    }

    [GeneratedRegex(@":root \{([^}]*)\}")]
    private static partial Regex Roots();

    [GeneratedRegex("--([a-z0-9-]+): (#[0-9a-f]{6});")]
    private static partial Regex Colors();

    [GeneratedRegex(@"var\(--([a-z0-9-]+)\)")]
    private static partial Regex Uses();
}
