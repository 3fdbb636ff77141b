using System.Runtime.CompilerServices;
using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels;

/// <summary>How far ahead is asked, and what ends it.</summary>
public sealed class AskingAheadTests
{
    private static readonly Dialogue[] Asked = [.. SmallWorld.Train(250).Select(d => d with { Id = "asked-" + d.Id })];

    [Fact]
    public void Reading_AsksNoFurtherAheadThanTheWindow()
    {
        var given = 0;
        var dialogues = Asked.Select(dialogue =>
        {
            given++;
            return dialogue;
        });
        using var chat = new ScriptedChat(_ => "Echo of Comedy");
        var fitted = ZeroShot(chat, new ZeroShotOptions { Concurrency = 2 });

        using (var lists = fitted.Transform(new MLContext().Data.LoadDialogues(dialogues)).ReadRecommendations().GetEnumerator())
        {
            given = 0;
            Assert.True(lists.MoveNext());
        }

        // The rows themselves, and the second pass that is ahead of them.
        Assert.InRange(given, 2, 1 + 8 + 2);
        Assert.InRange(fitted.Calls.Dialogues, 1, 8);
    }

    [Fact]
    public void RowsThatChangeBetweenPasses_AreRefused()
    {
        var pass = 0;
        IEnumerable<Dialogue> Changing()
        {
            var own = pass++;
            yield return Asked[0] with { Id = $"pass-{own}" };
        }

        using var chat = new ScriptedChat(_ => "Echo of Comedy");
        var rows = ZeroShot(chat).Transform(new MLContext().Data.LoadDialogues(Changing()));

        var problem = Assert.Throws<InvalidOperationException>(() => rows.ReadRecommendations().ToArray());

        Assert.Contains("Two passes", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedCall_ThrowsAtItsRow()
    {
        var failing = Asked[50].Turns[0].Text;
        using var chat = new ScriptedChat(request => request.Question.Contains(failing, StringComparison.Ordinal)
            ? throw new HttpRequestException("the line is dead")
            : "Echo of Comedy");
        var read = 0;

        Assert.Throws<HttpRequestException>(() =>
        {
            foreach (var list in ZeroShot(chat).Transform(new MLContext().Data.LoadDialogues(Asked)).ReadRecommendations())
                read++;
        });

        Assert.Equal(Array.FindIndex(Asked, dialogue => dialogue.Turns[0].Text == failing), read);
    }

    [Fact]
    public void ACancelledContext_EndsTheReading()
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(_ => "Echo of Comedy") { LongestDelay = 40 };
        var fitted = ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat, new() { Concurrency = 1 }).Fit(ml.Data.LoadDialogues(Asked));
        var read = 0;

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var list in fitted.Transform(ml.Data.LoadDialogues(Asked)).ReadRecommendations())
            {
                if (++read == 3)
                    CancelExecution(ml);
            }
        });
        Assert.Equal(3, read);
    }

    [Fact]
    public void ACancelledToken_EndsTheWaiting()
    {
        using var cancellation = new CancellationTokenSource();
        using var never = new ScriptedChat(_ =>
        {
            cancellation.Cancel();
            return "Echo of Comedy";
        });
        var fitted = ZeroShot(never, new ZeroShotOptions { CancellationToken = cancellation.Token });

        Assert.ThrowsAny<OperationCanceledException>(() => Lists(fitted, Asked));
        Assert.True(never.Requests.Length < 500);
    }

    [Fact]
    public void ReadingThatStops_EndsWhatIsUnderWay()
    {
        using var chat = new ScriptedChat(_ => "Echo of Comedy") { LongestDelay = 50 };
        var fitted = ZeroShot(chat);

        _ = fitted.Transform(new MLContext().Data.LoadDialogues(Asked)).ReadRecommendations().First();
        var asked = chat.Requests.Length;

        Thread.Sleep(100);
        Assert.Equal(asked, chat.Requests.Length);
        Assert.True(asked < 500);
        Assert.False(chat.IsDisposed);
    }

    private static RecommendationList[] Lists(ChatRecommenderTransformer fitted, params Dialogue[] dialogues) =>
        SmallShop.Score(fitted, dialogues);

    private static ChatRecommenderTransformer ZeroShot(ScriptedChat chat, ZeroShotOptions? options = null)
    {
        var ml = new MLContext();
        return ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat, options).Fit(ml.Data.LoadDialogues([]));
    }

    // Internal in ML.NET 5.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CancelExecution")]
    private static extern void CancelExecution(MLContext context);
}
