using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Dialogues;

public sealed class DialogueTests
{
    [Theory]
    [InlineData("redial-419-1", "redial-419")]
    [InlineData("plain", "plain")]
    [InlineData("-1", "-1")]
    public void ConversationId_IsTheIdUpToItsLastHyphen(string id, string conversation) =>
        Assert.Equal(conversation, Dialogue.FromUser("Hi", id).ConversationId);

    [Theory]
    [InlineData("Amélie", 2001, "Amélie (2001)")]
    [InlineData(" The\n Long\t\u00A0Road ", 1986, "The Long Road (1986)")]
    [InlineData("Beowulf", 800, "Beowulf (0800)")]
    [InlineData("Chess", null, "Chess")]
    public void ItemReference_WritesItsLine(string title, int? year, string line) =>
        Assert.Equal(line, new ItemReference(title, year).ToString());
}
