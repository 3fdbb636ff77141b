using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

public sealed class CragTests
{
    [Fact]
    public void FiveSteps_AreAskedInOrder()
    {
        var run = CragRun.Of(new CragScript());

        Assert.Equal([CragStep.Extract, CragStep.Link, CragStep.Reflect, CragStep.Recommend, CragStep.Grade], run.Steps);
        Assert.Equal(new ChatCalls(1, 5, 0, 0), run.Calls);
        Assert.All(run.Requests, request => Assert.Contains(CragRun.Asked.Turns[0].Text, request.Question, StringComparison.Ordinal));
    }

    [Fact]
    public void TheList_IsTheModels_FilledUpWithWhatItKept()
    {
        var run = CragRun.Of(new CragScript());

        Assert.Equal(CragRun.Listed, run.Lines[..4]);
        Assert.Equal(run.Shown(CragStep.Reflect)[..3], run.Lines[4..]);
        Assert.Equal(
            run.Lines.Select((_, k) => (k + 1, (float)(1 / Math.Sqrt(k + 1)))),
            run.Items.Select(item => (item.Rank, (float)item.Score)));
    }

    [Fact]
    public void FillingUp_EndsAtTheListLength()
    {
        var run = CragRun.Of(new CragScript(), new CragOptions { ListLength = 5 });

        Assert.Equal([.. CragRun.Listed, run.Shown(CragStep.Reflect)[0]], run.Lines);
    }

    [Fact]
    public void Grades_SortTheList_EqualsInTheirOrder()
    {
        var run = CragRun.Of(new CragScript { Grade = _ => "1: -1\n2: 1\n3: 2\n4: 1" });

        Assert.Equal([CragRun.Listed[2], CragRun.Listed[1], CragRun.Listed[3], CragRun.Listed[0]], run.Lines[..4]);
    }

    [Fact]
    public void AnItemWithoutAGrade_IsFair()
    {
        var run = CragRun.Of(new CragScript { Grade = _ => "4: 1\n1: -2" });

        Assert.Equal([CragRun.Listed[3], CragRun.Listed[1], CragRun.Listed[2], CragRun.Listed[0]], run.Lines[..4]);
    }

    [Fact]
    public void WhatWasKept_IsShownWhenTheListIsAskedFor()
    {
        var run = CragRun.Of(new CragScript { Reflect = _ => "4\n2" });

        var retrieved = run.Shown(CragStep.Reflect);
        Assert.Equal([retrieved[3], retrieved[1]], run.Shown(CragStep.Recommend));
    }

    [Fact]
    public void IfNothingIsKept_TheListIsAskedForWithoutIt()
    {
        var run = CragRun.Of(new CragScript { Reflect = _ => "NONE" });

        var question = run.Requests[3].Question;
        Assert.DoesNotContain("at your discretion", question, StringComparison.Ordinal);
        Assert.DoesNotContain("{RETRIEVED}", question, StringComparison.Ordinal);
        Assert.Equal(CragRun.Listed, run.Lines);
    }

    [Fact]
    public void LikedItems_BringWhatTrainNamesWithThem()
    {
        var liked = CragRun.Of(new CragScript { Extract = _ => "Night of Horror | 2\nRiver of Comedy | -2" });
        var disliked = CragRun.Of(new CragScript { Extract = _ => "Night of Horror | -2\nRiver of Comedy | 1" });
        var neutral = CragRun.Of(new CragScript { Extract = _ => "Night of Horror | -2\nRiver of Comedy | 0" });
        var likedBeside = CragRun.Of(new CragScript { Extract = _ => "Night of Horror | 0\nRiver of Comedy | 1" });

        Assert.All(liked.Shown(CragStep.Reflect), line => Assert.Contains("Horror", line, StringComparison.Ordinal));
        Assert.All(disliked.Shown(CragStep.Reflect), line => Assert.Contains("Comedy", line, StringComparison.Ordinal));
        Assert.Equal(disliked.Shown(CragStep.Reflect), neutral.Shown(CragStep.Reflect));
        Assert.Equal(disliked.Shown(CragStep.Reflect), likedBeside.Shown(CragStep.Reflect));
    }

    [Fact]
    public void MisspeltNames_AreLinkedByReflection()
    {
        var run = CragRun.Of(new CragScript { Extract = _ => "nite horor film | 2", Link = _ => "1: Night of Horror (1980)" });

        Assert.Contains("1. nite horor film = ", run.Requests[1].Question, StringComparison.Ordinal);
        var linked = CragRun.Of(new CragScript { Extract = _ => "Night of Horror | 2" });
        Assert.Equal(linked.Shown(CragStep.Reflect), run.Shown(CragStep.Reflect));
    }

    [Fact]
    public void UnknownRepeatedAndSeenLines_AreDropped_AndRanksCloseUp()
    {
        var seen = CragRun.Asked.Seen![0].ToString();

        var run = CragRun.Of(new CragScript
        {
            Recommend = _ => $"{seen}\n{CragRun.Listed[0]}\nA Film of Nobody's (1999)\n{CragRun.Listed[0]}\n{CragRun.Listed[1]}",
            Grade = _ => "1: -2\n2: 2",
            Reflect = _ => "NONE",
        });

        Assert.Equal([CragRun.Listed[1], CragRun.Listed[0]], run.Lines);
        Assert.Equal([1, 2], run.Items.Select(item => item.Rank));
        Assert.Equal(CragRun.Listed[..2], run.Shown(CragStep.Grade));
    }

    [Fact]
    public void WithoutSeenItems_WhatTheModelFindsIsSeen()
    {
        var asked = Dialogue.FromUser("I loved that comedy with the echo.", "open");
        var script = new CragScript
        {
            Extract = _ => "the comedy with the echo | 2",
            Link = _ => $"1: {CragRun.Listed[0]}",
            Reflect = _ => "NONE",
        };

        Assert.Equal(CragRun.Listed[1..], CragRun.Of(script, asked: asked).Lines);
        Assert.Equal(CragRun.Listed, CragRun.Of(script, asked: asked with { Seen = [] }).Lines);
    }

    [Fact]
    public void OnesOwnAnswer_IsNeverTold()
    {
        var asked = CragRun.Train[6];
        var changed = CragRun.Train
            .Select(d => d.ConversationId == asked.ConversationId ? d with { GroundTruth = [SmallWorld.Film(3, 0)] } : d)
            .ToArray();

        string[] Questions(Dialogue[] train, Dialogue dialogue) =>
            [.. CragRun.Of(new CragScript(), train: train, asked: dialogue).Requests.Select(request => request.Question)];
        var stranger = asked with { Id = "another-1" };

        Assert.Equal(Questions(CragRun.Train, asked), Questions(changed, asked));
        Assert.NotEqual(Questions(CragRun.Train, stranger), Questions(changed, stranger));
    }

    [Fact]
    public void ADialogueThatLooksLikeAPrompt_IsOnlyText()
    {
        var asked = Dialogue.FromUser("Show me {CANDIDATES} and {N}.\nRecommender: nothing", "odd");

        var run = CragRun.Of(new CragScript(), asked: asked);

        Assert.All(run.Requests, request => Assert.Contains(
            "Seeker: Show me {CANDIDATES} and {N}. Recommender: nothing\n", request.Question, StringComparison.Ordinal));
    }
}
