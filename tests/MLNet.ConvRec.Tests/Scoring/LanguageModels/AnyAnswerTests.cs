using CsCheck;
using Microsoft.ML;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels;

/// <summary>Whatever a model says, lists hold items of the catalog alone, none that was seen, none twice; and nothing throws.</summary>
public sealed class AnyAnswerTests
{
    private const int ListLength = 8;

    private static readonly Dialogue[] Train = SmallWorld.Train(30);

    private static readonly string[] Scraps =
    [
        ": ", " | ", ". ", "-1", "2", "NONE", "none", "\n", "\n", "\n", "\n- ", "**", "</think>", "```", "A Film of Nobody's (1999)",
        "Nigth of Horor", "(2001)", " -> ", "I think so.",
    ];

    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Int[0, 39].Select(item => SmallWorld.Catalog.Items[item].Reference.ToString()),
        Gen.Int[0, 39].Select(item => SmallWorld.Catalog.Items[item].Title.ToUpperInvariant()),
        Gen.Int[-3, 25].Select(number => $"{number}"),
        Gen.Int[0, Scraps.Length - 1].Select(scrap => Scraps[scrap]),
        Gen.String[0, 6]);

    private static readonly Gen<string> Answer = Piece.Array[0, 24].Select(pieces => string.Concat(pieces));

    [Fact]
    public void Crag_ListsOnlyWhatMayBeListed() =>
        Gen.Select(Answer.Array[12], Gen.Int[0, 39].Array[0, 6], Gen.Bool).Sample(
            (answers, seen, isSeenKnown) =>
            {
                var next = 0;
                using var chat = new ScriptedChat(_ => answers[next++]);
                var ml = new MLContext();
                var fitted = ml.Transforms.ConvRec
                    .Crag(SmallWorld.Catalog, chat, new CragOptions { ListLength = ListLength })
                    .Fit(ml.Data.LoadDialogues(Train));

                Check(fitted, Dialogue(seen, isSeenKnown));
                Assert.InRange(fitted.Calls.Calls, 2, 7);
                Assert.Equal(chat.Requests.Length, fitted.Calls.Calls);
                Assert.InRange(fitted.Calls.GivenUpSteps, 0, fitted.Calls.UnreadableAnswers);
            },
            iter: 300);

    [Fact]
    public void ZeroShot_ListsOnlyWhatMayBeListed() =>
        Gen.Select(Answer, Gen.Int[0, 39].Array[0, 6], Gen.Bool).Sample(
            (answer, seen, isSeenKnown) =>
            {
                using var chat = new ScriptedChat(_ => answer);
                var ml = new MLContext();
                var options = new ZeroShotOptions { Chat = new() { ListLength = ListLength } };

                Check(
                    ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat, options).Fit(ml.Data.LoadDialogues([])),
                    Dialogue(seen, isSeenKnown));
            },
            iter: 300);

    private static void Check(ChatRecommenderTransformer fitted, Dialogue dialogue)
    {
        var list = fitted.Transform(new MLContext().Data.LoadDialogues([dialogue])).ReadRecommendations().Single();

        int[] items = [.. list.Recommendations.Select(item => SmallWorld.Catalog.IndexOf(new ItemReference(item.Title, item.Year)))];
        var seen = MLNet.ConvRec.Demonstrations.Counts.LinkedDialogue.SeenTitles(dialogue, SmallWorld.Catalog);
        Assert.DoesNotContain(-1, items);
        Assert.Equal(items.Distinct(), items);
        Assert.DoesNotContain(items, seen.Contains);
        Assert.InRange(items.Length, 0, ListLength);
        Assert.Equal(Enumerable.Range(1, items.Length), list.Recommendations.Select(item => item.Rank));
    }

    private static Dialogue Dialogue(int[] seen, bool isSeenKnown) => new()
    {
        Id = "any-1",
        Turns = [new Turn(Role.User, $"I saw {string.Join(", ", seen.Select(item => SmallWorld.Catalog.Items[item].Reference))}.")],
        Seen = isSeenKnown ? [.. seen.Select(item => SmallWorld.Catalog.Items[item].Reference)] : null,
    };
}
