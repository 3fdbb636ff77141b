using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>Links lead somewhere, and prose is narrow enough to read.</summary>
public sealed class PageTests
{
    private const int Widest = 120;

    public static TheoryData<string> Pages => Page.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryRelativeLink_LeadsToAFileAndAHeading(string name) => Assert.Empty(BrokenLinks(Page.Of(name), Page.Root));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Prose_IsAtMost120CharactersWide(string name) => Assert.Empty(WideLines(Page.Of(name)));

    [Fact]
    public void LinksThatLeadNowhere_AreTold()
    {
        using var folder = new TemporaryFolder();
        folder.WithLines("there.md", "# A heading, with `code`");
        var page = Page.FromText("page.md", "[1](there.md) [2](there.md#a-heading-with-code) [3](gone.md)\n![4](gone.png) [5](there.md#gone) [6](#gone) `[7](gone)` [8](https://example.org/gone)");

        Assert.Equal(["gone.md", "gone.png", "there.md#gone", "#gone"], BrokenLinks(page, folder.FullName));
    }

    [Fact]
    public void WideProse_IsTold_AndWideTablesAndCodeAreNot()
    {
        var wide = new string('x', Widest + 1);

        Assert.Equal(["page.md, line 2: 121 characters"], WideLines(Page.FromText("page.md", $"{wide[1..]}\n{wide}\n|{wide}|\n```\n{wide}\n```")));
    }

    private static IEnumerable<string> WideLines(Page page) =>
        page.Prose.Where(line => line.Text.Length > Widest).Select(line => $"{page.Name}, line {line.Number}: {line.Text.Length} characters");

    private static IEnumerable<string> BrokenLinks(Page page, string root) =>
        page.Targets.Where(target => !target.Contains("://", StringComparison.Ordinal) && !Leads(page, target, root));

    private static bool Leads(Page page, string target, string root)
    {
        var (file, anchor) = target.Split('#') is [var name, var heading] ? (name, heading) : (target, null);
        var path = file.Length == 0 ? Path.Combine(root, page.Name) : Path.Combine(root, Path.GetDirectoryName(page.Name)!, file);
        if (anchor is null)
            return File.Exists(path) || Directory.Exists(path);
        var aim = file.Length == 0 ? page : File.Exists(path) ? Page.FromText(file, File.ReadAllText(path)) : null;
        return aim?.Anchors.Contains(anchor) == true;
    }
}
