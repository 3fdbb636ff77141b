using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

/// <summary>What CRAG asked a script about one dialogue, and the list that came of it.</summary>
internal sealed record CragRun(ScriptedRequest[] Requests, ChatCalls Calls, IReadOnlyList<Recommendation> Items)
{
    /// <summary>What the script lists by default; the dialogue speaks of horror, so that none of it is seen or retrieved.</summary>
    public static readonly string[] Listed =
        ["Echo of Comedy (1989)", "Crown of Comedy (1988)", "Letter of Comedy (1987)", "Harbor of Comedy (1986)"];

    public static readonly Dialogue[] Train = SmallWorld.Train(60);

    public static readonly Dialogue Asked = OnHorror(900)[0];

    public string[] Lines => [.. Items.Select(item => ListLine.Format(item.Title, item.Year))];

    public CragStep[] Steps => [.. Requests.Select(CragScript.StepOf)];

    public static CragRun Of(CragScript script, CragOptions? options = null, Dialogue[]? train = null, Dialogue? asked = null)
    {
        var ml = new MLContext();
        using var chat = new ScriptedChat(script.Answer);
        var fitted = ml.Transforms.ConvRec.Crag(SmallWorld.Catalog, chat, options).Fit(ml.Data.LoadDialogues(train ?? Train));
        Assert.Empty(chat.Requests);
        var list = fitted.Transform(ml.Data.LoadDialogues([asked ?? Asked])).ReadRecommendations().Single();
        return new CragRun(chat.Requests, fitted.Calls, list.Recommendations);
    }

    /// <summary>The first conversation from a number on that speaks of horror.</summary>
    public static Dialogue[] OnHorror(int first) => Enumerable.Range(first, 100)
        .Select(SmallWorld.Conversation)
        .First(conversation => conversation[0].Turns[0].Text.Contains("horror", StringComparison.Ordinal));

    /// <summary>The numbered lines that a step's question shows.</summary>
    public string[] Shown(CragStep step) =>
    [
        .. Requests.First(request => CragScript.StepOf(request) == step).Question.Split('\n')
            .Where(line => line.Length > 1 && char.IsAsciiDigit(line[0]) && line.Contains(". ", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(". ", StringComparison.Ordinal) + 2)..]),
    ];
}
