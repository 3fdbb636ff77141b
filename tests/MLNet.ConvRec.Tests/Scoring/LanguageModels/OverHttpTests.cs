using Microsoft.ML;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;
using MLNet.ConvRec.Tests.Demonstrations.Chat;
using MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels;

/// <summary>The baselines by OpenAI's own client, over HTTP, under guard.</summary>
public sealed class OverHttpTests
{
    private static readonly Dialogue[] Asked = [.. CragRun.OnHorror(900)];

    [Fact]
    public async Task Crag_TakesFiveCallsADialogue_ThatTheJournalReplays()
    {
        using var folder = new TemporaryFolder();
        var guard = new ChatGuardOptions { JournalPath = folder.PathOf("journal.jsonl") };
        var server = await ChatServer.StartAsync(question => question.Attempt == 1 && question.Prompt.Contains("Answer with their numbers", StringComparison.Ordinal)
            ? ChatReply.Error(500)
            : ChatReply.Of(new CragScript().Answer(new ScriptedRequest(question.Messages[0].Text, [], null))));
        var real = RealClient.Of(server);
        string[][] first;
        using (var client = RealClient.Guarded(server, guard))
        {
            (first, var calls) = Recommended(ml => ml.Transforms.ConvRec.Crag(SmallWorld.Catalog, client).Fit(ml.Data.LoadDialogues(CragRun.Train)));

            Assert.Equal(new ChatCalls(2, 10, 0, 0), calls);
            Assert.Equal((10, 12), (server.Answered.Values.Sum(), server.Questions.Count)); // one of five questions failed at first
            Assert.Equal((10, 12, 1100), (client.Usage.AnsweredCalls, client.Usage.Attempts, client.Usage.InputTokens + client.Usage.OutputTokens));
        }

        await server.DisposeAsync();
        using var replaying = GuardedChatClient.Create(real, guard);
        var (again, _) = Recommended(ml => ml.Transforms.ConvRec.Crag(SmallWorld.Catalog, replaying).Fit(ml.Data.LoadDialogues(CragRun.Train)));

        Assert.Equal(CragRun.Of(new CragScript(), asked: Asked[0]).Lines, first[0]);
        Assert.Equal(first, again);
        Assert.Equal((0, 10), (replaying.Usage.Attempts, replaying.Usage.ReplayedAnswers));
    }

    [Fact]
    public async Task ZeroShot_TakesOneCallADialogue()
    {
        await using var server = await ChatServer.StartAsync(_ => ChatReply.Of(string.Join('\n', CragRun.Listed)));
        using var client = RealClient.Guarded(server, new ChatGuardOptions());

        var (lists, calls) = Recommended(ml => ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, client).Fit(ml.Data.LoadDialogues([])));

        Assert.Equal([CragRun.Listed, CragRun.Listed], lists);
        Assert.Equal((new ChatCalls(2, 2, 0, 0), 2), (calls, server.Questions.Count));
    }

    private static (string[][] Lists, ChatCalls Calls) Recommended(Func<MLContext, ChatRecommenderTransformer> fit)
    {
        var ml = new MLContext();
        var fitted = fit(ml);
        var lists = fitted.Transform(ml.Data.LoadDialogues(Asked)).ReadRecommendations();
        return ([.. lists.Select(list => list.Recommendations.Select(item => $"{item.Title} ({item.Year})").ToArray())], fitted.Calls);
    }
}
