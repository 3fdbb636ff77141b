using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels;

public sealed class ZeroShotTests
{
    private static readonly Dialogue Asked = SmallWorld.Conversation(7)[0] with { Seen = [SmallWorld.Film(0, 2)] };

    [Fact]
    public void Lines_AreLinkedInTheirOrder()
    {
        var run = Run("Here you are:\n1. Echo of Comedy (1989)\n2. \"Crown of Comedy\"\n3. letter of comedy (1988)");

        Assert.Equal(["Echo of Comedy (1989)", "Crown of Comedy (1988)", "Letter of Comedy (1987)"], run.Lines);
        Assert.Equal(new ChatCalls(1, 1, 0, 0), run.Calls);
    }

    [Fact]
    public void UnknownRepeatedAndSeenLines_AreDropped_AndRanksCloseUp()
    {
        var run = Run("Stone of Horror (1982)\nEcho of Comedy (1989)\nA Film of Nobody's (1999)\nEcho of Comedy\nCrown of Comedy (1988)");

        Assert.Equal(["Echo of Comedy (1989)", "Crown of Comedy (1988)"], run.Lines);
        Assert.Equal([(1, 1f), (2, (float)(1 / Math.Sqrt(2)))], run.Items.Select(item => (item.Rank, (float)item.Score)));
    }

    [Fact]
    public void AList_IsNotLongerThanAskedFor()
    {
        var all = string.Join('\n', SmallWorld.Catalog.Items.Select(item => item.Reference));

        Assert.Equal(20, Run(all).Items.Count);
        Assert.Equal(3, Run(all, new ZeroShotOptions { Chat = new ChatTeacherOptions { ListLength = 3 } }).Items.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("I can't help with that.")]
    [InlineData("A Film of Nobody's (1999)")]
    public void AnAnswerWithoutAnItem_IsAnEmptyList_AndCounted(string answer)
    {
        var run = Run(answer);

        Assert.Empty(run.Items);
        Assert.Equal(new ChatCalls(1, 1, 1, 1), run.Calls);
    }

    [Fact]
    public void TheModel_KnowsTheDialogueAlone()
    {
        var run = Run("Echo of Comedy (1989)");

        Assert.Contains(Asked.Turns[0].Text, run.Requests.Single().Question, StringComparison.Ordinal);
        Assert.Contains("20", run.Requests.Single().Question, StringComparison.Ordinal);
        Assert.DoesNotContain(Asked.GroundTruth[0].Title, run.Requests.Single().Question, StringComparison.Ordinal);
    }

    private static ZeroShotRun Run(string answer, ZeroShotOptions? options = null)
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(_ => answer);
        var dialogues = ml.Data.LoadDialogues([Asked]);
        var fitted = ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat, options).Fit(dialogues);
        var list = fitted.Transform(dialogues).ReadRecommendations().Single();
        return new ZeroShotRun(chat.Requests, fitted.Calls, list.Recommendations);
    }

    private sealed record ZeroShotRun(ScriptedRequest[] Requests, ChatCalls Calls, IReadOnlyList<Recommendation> Items)
    {
        public string[] Lines => [.. Items.Select(item => ListLine.Format(item.Title, item.Year))];
    }
}
