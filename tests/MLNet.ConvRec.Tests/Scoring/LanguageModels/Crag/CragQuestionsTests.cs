using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Scoring.LanguageModels.Crag;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

public sealed class CragQuestionsTests
{
    private static readonly CragQuestions Questions = new(
        new CragOptions { ListLength = 7, Prompts = new() { ItemKind = "film" } },
        SmallWorld.Catalog,
        new Dialogue
        {
            Id = "a-1",
            Turns = [new Turn(Role.User, "Hello,\nI like Night of Horror."), new Turn(Role.Assistant, "Why?"), new Turn(Role.User, "{N}")],
        });

    [Fact]
    public void TheList_IsAskedForWithWhatWasKept() => Assert.Equal(
        """
        A conversation between a seeker and a recommender:

        Seeker: Hello, I like Night of Horror.
        Recommender: Why?
        Seeker: {N}

        Other people who speak of the same titles like these, too. Use them at your discretion, and do not confine yourself to them:

        1. Garden of Horror (1983)
        2. Night of Comedy (1980)

        Which titles of the kind "film" would this seeker like next? Name 7, the best first, each on a line of its own as
        Title (Year)
        or only the title where there is no year. Leave out what the conversation already names. No numbering and no extra sentences.
        """,
        Questions.Recommend([3, 10]));

    [Fact]
    public void Names_AreShownWithWhatTheyMayMean()
    {
        var question = Questions.Link([
            new ItemMention("night", 1, 0, [0]), new ItemMention("Evening (1980)", 0, null, [10, 20]), new ItemMention("Up", 0, null, [])]);

        Assert.Contains(
            """

            1. night = Night of Horror (1980)
            2. Evening (1980) = perhaps Night of Comedy (1980); Night of Western (1980)
            3. Up = not found

            """,
            question,
            StringComparison.Ordinal);
    }
}
