using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Scoring.LanguageModels.Crag;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

public sealed class AnswerParsingTests
{
    [Theory]
    [InlineData("Alien (1979) | 2", "Alien (1979)", 2)]
    [InlineData("Alien (1979)|-1", "Alien (1979)", -1)]
    [InlineData("  1. Alien (1979) | +1 (says so)  ", "1. Alien (1979)", 1)]
    [InlineData("| Alien (1979) | −2 |", "Alien (1979)", -2)]
    [InlineData("Either | Or (2004) | 0", "Either | Or (2004)", 0)]
    [InlineData("**Alien** | **2**", "**Alien**", 2)]
    public void AttitudeLine_IsReadTolerantly(string line, string name, int attitude) =>
        Assert.Equal([new NamedAttitude(name, attitude)], AttitudeLines.Read(line));

    [Theory]
    [InlineData("")]
    [InlineData("No idea.")]
    [InlineData("Alien (1979)")]
    [InlineData("Alien (1979) | 3")]
    [InlineData("Alien (1979) | 10")]
    [InlineData("Title | attitude\n--- | ---")]
    public void Attitudes_OfNoSuchLine_AreUnreadable(string answer) => Assert.Null(AttitudeLines.Read(answer));

    [Theory]
    [InlineData("NONE")]
    [InlineData(" None. ")]
    [InlineData("<think>Alien | 2</think>\n\n```\nnone\n```")]
    public void Attitudes_OfNone_AreNoNames(string answer) => Assert.Empty(AttitudeLines.Read(answer)!);

    [Fact]
    public void Attitudes_BetweenProse_AreReadInOrder() => Assert.Equal(
        [new NamedAttitude("Alien (1979)", 2), new NamedAttitude("Up", -1)],
        AttitudeLines.Read("<think>\nUp | 2\n</think>\nHere they are:\n\nAlien (1979) | 2\r\nUp | -1\nThat is all."));

    [Theory]
    [InlineData("2", new[] { 1 })]
    [InlineData("3\n1\n3", new[] { 2, 0 })]
    [InlineData("1, 3 and 4", new[] { 0, 2, 3 })]
    [InlineData("- 4. Alien (1979)\n* **2**: fits", new[] { 3, 1 })]
    [InlineData("(2)\n[3]\n#4", new[] { 1, 2, 3 })]
    [InlineData("1: yes\n2: no\n3 | 0\n4: 1", new[] { 0, 3 })]
    [InlineData("1: no\n2: no", new int[0])]
    [InlineData("2\n7", new[] { 1 })]
    [InlineData("none", new int[0])]
    public void Numbers_AreReadTolerantly(string answer, int[] indices) => Assert.Equal(indices, NumberLines.Read(answer, 4));

    [Theory]
    [InlineData("")]
    [InlineData("5\n0\n-")]
    [InlineData("2 Fast 2 Furious (2003)")]
    [InlineData("3 Idiots (2009)")]
    [InlineData("I would take the first three.")]
    public void Numbers_OfNoLine_AreUnreadable(string answer) => Assert.Null(NumberLines.Read(answer, 4));

    [Theory]
    [InlineData("1: Alien (1979)", 0, "Alien (1979)")]
    [InlineData("2. Alien (1979)", 1, "Alien (1979)")]
    [InlineData("2) none", 1, null)]
    [InlineData("2 -> Alien (1979)", 1, "Alien (1979)")]
    [InlineData("| 1 | Alien (1979) |", 0, "Alien (1979)")]
    [InlineData("1. alien -> Alien (1979)", 0, "Alien (1979)")]
    [InlineData("2. lotr = Alien (1979)", 1, "Alien (1979)")]
    [InlineData("2: NONE.", 1, null)]
    [InlineData("2: 12 Monkeys (1995)", 1, "12 Monkeys (1995)")]
    public void Correction_IsReadTolerantly(string line, int index, string? meant)
    {
        var corrections = CorrectionLines.Read(line, 2);

        Assert.Equal([KeyValuePair.Create(index, meant)], corrections!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3: Alien (1979)")]
    [InlineData("Alien (1979)")]
    [InlineData("NONE")]
    public void Corrections_OfNoSuchLine_AreUnreadable(string answer) => Assert.Null(CorrectionLines.Read(answer, 2));

    [Fact]
    public void Lines_OfAnyLength_AreReadInNoTime()
    {
        var line = string.Concat("1", new string(' ', 20_000), "x");
        var numbers = string.Concat(Enumerable.Repeat("1 ", 10_000)) + "x";
        var bars = "a" + new string('|', 2_000) + "x";
        var started = TimeProvider.System.GetTimestamp();

        foreach (var answer in (string[])[line, numbers, bars])
        {
            _ = (AttitudeLines.Read(answer), NumberLines.Read(answer, 3), CorrectionLines.Read(answer, 3));
        }

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }
}
