using Microsoft.Extensions.AI;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

/// <summary>Steps whose answer can't be read, and steps with nothing to ask.</summary>
public sealed class CragFallbackTests
{
    private static readonly Func<string, string> Bad = _ => CragScript.Unreadable;

    [Fact]
    public void AnUnreadableAnswer_IsAskedForOnceMore()
    {
        var asked = 0;

        var run = CragRun.Of(new CragScript { Extract = _ => asked++ == 0 ? CragScript.Unreadable : "Night of Horror | 2" });

        Assert.Equal(new ChatCalls(1, 6, 1, 0), run.Calls);
        Assert.Equal(CragRun.Of(new CragScript { Extract = _ => "Night of Horror | 2" }).Lines, run.Lines);
    }

    [Fact]
    public void TwoStepsUnreadableOnce_TakeSevenCalls()
    {
        var (reflected, graded) = (0, 0);

        var run = CragRun.Of(new CragScript
        {
            Reflect = _ => reflected++ == 0 ? "" : "2",
            Grade = _ => graded++ == 0 ? "fine" : "4: 2",
        });

        Assert.Equal(new ChatCalls(1, 7, 2, 0), run.Calls);
        Assert.Equal([CragRun.Listed[3], .. CragRun.Listed[..3], run.Shown(CragStep.Reflect)[1]], run.Lines);
    }

    [Fact]
    public void MoreUnreadableSteps_AreGivenUpAtOnce()
    {
        var run = CragRun.Of(new CragScript { Link = Bad, Reflect = Bad, Recommend = Bad, Grade = Bad });

        // The two repetitions go to linking and reflecting; nothing is listed, so that nothing is graded.
        Assert.Equal(
            [CragStep.Extract, CragStep.Link, CragStep.Link, CragStep.Reflect, CragStep.Reflect, CragStep.Recommend], run.Steps);
        Assert.Equal(new ChatCalls(1, 6, 5, 3), run.Calls);
    }

    [Fact]
    public void ARepetition_FollowsTheUnreadableAnswer()
    {
        var run = CragRun.Of(new CragScript { Grade = Bad });

        var again = run.Requests[^1].Messages;
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.User], again.Select(message => message.Role));
        Assert.Equal([run.Requests[^2].Question, CragScript.Unreadable, new CragPrompts().Again], again.Select(message => message.Text));
    }

    [Fact]
    public void ExtractionUnreadable_TheSeenItemsCountAsLiked()
    {
        var run = CragRun.Of(new CragScript { Extract = Bad });

        var own = string.Join('\n', CragRun.Asked.Seen!.Select(item => $"{item} | 1"));
        Assert.Equal(CragRun.Of(new CragScript { Extract = _ => own }).Shown(CragStep.Reflect), run.Shown(CragStep.Reflect));
        Assert.Equal(new ChatCalls(1, 5, 2, 1), run.Calls);
    }

    [Fact]
    public void LinkUnreadable_SureLinksStay()
    {
        var run = CragRun.Of(new CragScript { Extract = _ => "Night of Horror | 2\nsome horror | 2", Link = Bad });

        var linked = CragRun.Of(new CragScript { Extract = _ => "Night of Horror | 2" });
        Assert.Equal(linked.Shown(CragStep.Reflect), run.Shown(CragStep.Reflect));
    }

    [Fact]
    public void ReflectionUnreadable_AllIsKept()
    {
        var run = CragRun.Of(new CragScript { Reflect = Bad });

        Assert.Equal(run.Shown(CragStep.Reflect), run.Shown(CragStep.Recommend));
    }

    [Fact]
    public void ListUnreadable_WhatWasKeptIsTheList()
    {
        var run = CragRun.Of(new CragScript { Recommend = Bad });

        Assert.Equal(run.Shown(CragStep.Reflect)[..3], run.Lines);
        Assert.Equal(new ChatCalls(1, 5, 2, 1), run.Calls);
    }

    [Fact]
    public void GradesUnreadable_TheListsOrderStays()
    {
        var run = CragRun.Of(new CragScript { Grade = Bad });

        Assert.Equal(CragRun.Listed, run.Lines[..4]);
        Assert.Equal(new ChatCalls(1, 6, 2, 1), run.Calls);
    }

    [Fact]
    public void NothingMentioned_ThePopularIsRetrieved()
    {
        var popular = Popularity.Fit(CragRun.Train, SmallWorld.Catalog);

        var run = CragRun.Of(new CragScript { Extract = _ => "NONE" });

        Assert.Equal([CragStep.Extract, CragStep.Reflect, CragStep.Recommend, CragStep.Grade], run.Steps);
        Assert.Equal(
            popular.Rank(CragRun.Asked, 20).Where(item => item.Score > 0).Select(item => ListLine.Format(item.Title, item.Year)),
            run.Shown(CragStep.Reflect));
    }

    [Fact]
    public void NothingRetrieved_IsNotReflectedOn()
    {
        var own = CragRun.OnHorror(1);

        var run = CragRun.Of(new CragScript(), train: own, asked: own[1]);

        Assert.Equal([CragStep.Extract, CragStep.Link, CragStep.Recommend, CragStep.Grade], run.Steps);
        Assert.Equal(CragRun.Listed, run.Lines);
    }

    [Fact]
    public void OneItemListed_IsNotGraded()
    {
        var run = CragRun.Of(new CragScript { Recommend = _ => CragRun.Listed[1] });

        Assert.Equal(CragStep.Recommend, CragScript.StepOf(run.Requests[^1]));
        Assert.Equal(CragRun.Listed[1], run.Lines[0]);
    }
}
