using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Tests.Policy.Generation;

/// <summary>What is decided, where and with which mass, by hand.</summary>
public class LineTreeTests
{
    // Five items: 5 6 9 | 5 7 9 | 5 7 8 9 | 4 9 | 3 2 9, of which the last is listed by nobody.
    private static readonly TokenTrie Trie = TokenTrie.Build([[5, 6, 9], [5, 7, 9], [5, 7, 8, 9], [4, 9], [3, 2, 9]]);
    private static readonly (int, double)[] Targets = [(0, 0.125), (1, 0.125), (2, 0.25), (3, 0.5)];

    [Fact]
    public void SharedBeginnings_AreDecidedOnce_WithTheMassThatComesThere()
    {
        var tree = LineTree.FirstLine(Trie, [], Targets)!;

        Assert.Equal([5, 7], tree.Tokens);
        Assert.Equal([-1, 0], tree.Parents);
        Assert.Equal(
            """
            after -1: of 3 4 5 without , 4 0.5, 5 0.5, mass 1
            after 0: of 6 7 without , 6 0.25, 7 0.75, mass 0.5
            after 1: of 8 9 without , 8 0.6666667, 9 0.33333334, mass 0.375
            """,
            Told(tree));
    }

    [Fact]
    public void WhatExclusionLeavesAlone_IsForced()
    {
        var tree = LineTree.FirstLine(Trie, [0, 4], [(1, 0.25), (2, 0.25), (3, 0.5)])!;

        Assert.Equal([5, 7], tree.Tokens);
        Assert.Equal(
            """
            after -1: of 3 4 5 without 3, 4 0.5, 5 0.5, mass 1
            after 1: of 8 9 without , 8 0.5, 9 0.5, mass 0.5
            """,
            Told(tree));
    }

    [Fact]
    public void EachLineOfAList_IsDecidedAfterThoseBeforeIt_AmongWhatIsLeft()
    {
        double[][] shares = [[0.5, 0.25, 0.25], [0.75, 0.25], [1]];

        var tree = LineTree.Lines(Trie, [], [3, 2, 1], listed => shares[listed])!;

        Assert.Equal([5, 7, 4, 9, 5, 7, 8, 9, 5], tree.Tokens); // likely: 5 7; written: 4 9, then 5 7 8 9; likely: 5
        Assert.Equal([-1, 0, -1, 2, 3, 4, 5, 6, 7], tree.Parents);
        Assert.Equal(
            """
            after -1: of 3 4 5 without , 4 0.5, 5 0.5, mass 0.33333334
            after 0: of 6 7 without , 7 1, mass 0.16666667
            after 1: of 8 9 without , 8 0.5, 9 0.5, mass 0.16666667
            after 3: of 3 4 5 without 4, 5 1, mass 0.33333334
            after 4: of 6 7 without , 7 1, mass 0.33333334
            after 5: of 8 9 without , 8 0.75, 9 0.25, mass 0.33333334
            after 7: of 3 4 5 without 4, 5 1, mass 0.33333334
            after 8: of 6 7 without , 7 1, mass 0.33333334
            """,
            Told(tree));
    }

    [Fact]
    public void SharesTooSmallForAFloat_AreNone() =>
        Assert.Equal("after -1: of 3 4 5 without , 4 1, mass 1", Told(LineTree.FirstLine(Trie, [], [(0, 1e-60), (3, 1)])!));

    [Fact]
    public void TitlesOfOneToken_NeedNothingButThePrompt()
    {
        var tree = LineTree.FirstLine(TokenTrie.Build([[5, 9], [4, 9], [7, 9]]), [], [(0, 0.75), (2, 0.25)])!;

        Assert.Empty(tree.Tokens);
        Assert.Equal("after -1: of 4 5 7 without , 5 0.75, 7 0.25, mass 1", Told(tree));
    }

    [Fact]
    public void WhereOneItemIsLeft_NothingIsDecided() => Assert.Null(LineTree.FirstLine(Trie, [0, 1, 3, 4], [(2, 1)]));

    [Fact]
    public void ScoresAtATemperature_AreADistribution()
    {
        Assert.Equal([0.8, 0.2], ScoreDistribution.Of([Math.Log(4) + 1000, 1000], temperature: 1), Within);
        Assert.Equal([2.0 / 3, 1.0 / 3], ScoreDistribution.Of([Math.Log(4), 0], temperature: 2), Within);

        static bool Within(double a, double b) => Math.Abs(a - b) < 1e-12;
    }

    private static string Told(LineTree tree) => string.Join(Environment.NewLine, tree.Choices.Select(choice => FormattableString.Invariant(
        $"after {choice.After}: of {string.Join(' ', choice.Allowed)} without {string.Join(' ', choice.Blocked)}, {string.Join(", ", choice.Targets.Select(Text))}, mass {choice.Mass}")));

    private static string Text(TokenShare target) => FormattableString.Invariant($"{target.Token} {target.Share}");
}
