using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class ItemSubstitutionTests
{
    private static readonly Dialogue[] Train = SmallWorld.Train(100);
    private static readonly DemonstrationOptions Options = new() { Substitutions = 2 };

    [Fact]
    public void Extend_AddsCopiesOfTheShareAlone()
    {
        var extended = ItemSubstitution.Extend(Train, SmallWorld.Catalog, Options);
        var share = Train.Where(dialogue => ImitatedShare.Contains(dialogue.ConversationId, Options)).ToArray();

        Assert.Equal(Train, extended.Take(Train.Length));
        Assert.NotEmpty(share);
        Assert.Equal(
            share.SelectMany(dialogue => (string[])[$"{dialogue.Id}~1", $"{dialogue.Id}~2"]),
            extended.Skip(Train.Length).Select(copy => copy.Id));
    }

    [Fact]
    public void Copy_NamesOtherItemsInTheSamePlaces()
    {
        foreach (var copy in ItemSubstitution.Extend(Train, SmallWorld.Catalog, Options).Skip(Train.Length))
        {
            var original = Train.Single(dialogue => copy.Id.StartsWith(dialogue.Id + "~", StringComparison.Ordinal));
            Assert.Empty(copy.GroundTruth);
            Assert.Equal(original.ConversationId, copy.ConversationId);
            Assert.Equal(original.Seen!.Count, copy.Seen!.Distinct().Count());
            var expected = original.Turns[0].Text;
            for (var i = 0; i < copy.Seen!.Count; i++)
                expected = expected.Replace(original.Seen[i].ToString(), $"<{i}>", StringComparison.Ordinal);
            for (var i = 0; i < copy.Seen!.Count; i++)
                expected = expected.Replace($"<{i}>", copy.Seen[i].ToString(), StringComparison.Ordinal);
            Assert.Equal(expected, copy.Turns[0].Text);
        }
    }

    [Fact]
    public void Copy_KeepsOnlyTheTurnsThatNameAnItem()
    {
        Dialogue[] talkative = [.. Train.Select(dialogue => dialogue with
        {
            Turns = [new Turn(Role.User, "Hello!"), .. dialogue.Turns, new Turn(Role.Assistant, "Anything else?")],
        })];

        var copies = ItemSubstitution.Extend(talkative, SmallWorld.Catalog, Options).Skip(Train.Length).ToArray();
        var ofTerse = ItemSubstitution.Extend(Train, SmallWorld.Catalog, Options).Skip(Train.Length);

        Assert.NotEmpty(copies);
        Assert.Equal(ofTerse.SelectMany(copy => copy.Turns), copies.SelectMany(copy => copy.Turns));
    }

    [Fact]
    public void Copy_KeepsAllTurns_WhereThatIsAskedFor()
    {
        Dialogue[] talkative = [.. Train.Select(dialogue => dialogue with { Turns = [new Turn(Role.User, "Hello!"), .. dialogue.Turns] })];

        var copies = ItemSubstitution.Extend(talkative, SmallWorld.Catalog, Options with { AreAllTurnsCopied = true }).Skip(Train.Length).ToArray();
        var terse = ItemSubstitution.Extend(Train, SmallWorld.Catalog, Options).Skip(Train.Length);

        Assert.NotEmpty(copies);
        Assert.All(copies, copy => Assert.Equal("Hello!", copy.Turns[0].Text));
        Assert.Equal(terse.SelectMany(copy => copy.Turns), copies.SelectMany(copy => copy.Turns.Skip(1)));
    }

    [Fact]
    public void Copies_NameItemsOfAKindTogetherMoreOftenThanChance()
    {
        var copies = ItemSubstitution.Extend(Train, SmallWorld.Catalog, Options).Skip(Train.Length).ToArray();

        var sameKind = copies.Average(copy => Kind(copy.Seen![0]) == Kind(copy.Seen[1]) ? 1.0 : 0);

        Assert.True(sameKind > 0.45, $"{sameKind}");

        static string Kind(ItemReference film) => film.Title.Split(' ')[^1];
    }

    [Fact]
    public void Extend_Again_GivesTheSame()
    {
        var (first, again) = (
            ItemSubstitution.Extend(Train, SmallWorld.Catalog, Options), ItemSubstitution.Extend(Train, SmallWorld.Catalog, Options));

        Assert.Equal(first.Select(dialogue => dialogue.Turns[0].Text), again.Select(dialogue => dialogue.Turns[0].Text));
    }

    [Fact]
    public void Extend_ByNothing_ReturnsTrain() =>
        Assert.Equal(Train, ItemSubstitution.Extend(Train, SmallWorld.Catalog, new DemonstrationOptions()));

    [Fact]
    public void Extend_OfATrainThatNamesTwoItems_Ends()
    {
        Dialogue[] tiny = [.. Enumerable.Range(0, 8).Select(
            i => SmallWorld.Conversation(0)[0] with { Id = $"tiny-{i}-1", GroundTruth = [] })];

        var extended = ItemSubstitution.Extend(tiny, SmallWorld.Catalog, Options with { Share = 1 });

        Assert.All(extended.Skip(8), copy => Assert.Equal(2, copy.Seen!.Distinct().Count()));
    }
}
