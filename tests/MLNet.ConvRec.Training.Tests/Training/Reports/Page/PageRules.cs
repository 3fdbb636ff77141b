using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MLNet.ConvRec.Training.Tests.Training.Reports.Page;

/// <summary>What holds of every page.</summary>
internal static partial class PageRules
{
    /// <summary>Nothing is loaded from anywhere, nothing runs, and no two parts share a name.</summary>
    public static void AssertAsksNobody(string page)
    {
        Assert.Empty(Requests().Matches(page).Select(match => match.Value));
        Assert.All(Addresses().Matches(page).Select(match => match.Value), address => Assert.Contains("www.w3.org", address, StringComparison.Ordinal)); // SVG's own name
        var names = NamesOf(page);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(Labels().Matches(page).SelectMany(match => match.Groups[1].Value.Split(' ')), label => Assert.Contains(label, names));
    }

    /// <summary>Every tag that needs an end has one, in the right place.</summary>
    public static void AssertEveryTagHasItsEnd(string page) => XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)
        .Replace("<br>", "<br/>", StringComparison.Ordinal).Replace("<details open>", "<details open=\"\">", StringComparison.Ordinal)
        .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal).Replace("initial-scale=1\">", "initial-scale=1\"/>", StringComparison.Ordinal));

    /// <summary>Returns the names of the page's parts.</summary>
    public static string[] NamesOf(string page) => [.. Names().Matches(page).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("""\s(src|href|xlink:href|action|data|poster|srcset)\s*=|@import|url\((?!#)|<(script|link|iframe|object|embed|base)""", RegexOptions.IgnoreCase)]
    private static partial Regex Requests();

    [GeneratedRegex("""(https?:)?//[a-z0-9][^"'\s<]*""", RegexOptions.IgnoreCase)]
    private static partial Regex Addresses();

    [GeneratedRegex("\\sid=\"([^\"]*)\"")]
    private static partial Regex Names();

    [GeneratedRegex("\\saria-labelledby=\"([^\"]*)\"")]
    private static partial Regex Labels();
}
