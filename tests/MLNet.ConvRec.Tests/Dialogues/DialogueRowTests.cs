using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Dialogues;

public sealed class DialogueRowTests
{
    [Fact]
    public void UnknownRole_NamesDialogueRoleAndColumn()
    {
        var row = new DialogueRow { Id = "a-1", Roles = ["system"], Texts = ["Hi"] };

        var error = Assert.Throws<InvalidDataException>(row.ToDialogue);

        Assert.Equal("dialogue a-1: unknown role \"system\" in column Roles; use \"user\" or \"assistant\".", error.Message);
    }

    [Fact]
    public void ColumnsOfDifferentLength_AreNamed()
    {
        var row = new DialogueRow { Id = "a-1", GroundTruthTitles = ["It", "Up"], GroundTruthYears = [2017] };

        var error = Assert.Throws<InvalidDataException>(row.ToDialogue);

        Assert.Contains("column GroundTruthTitles has 2 values and GroundTruthYears 1", error.Message, StringComparison.Ordinal);
        var lost = Assert.Throws<InvalidDataException>(new DialogueRow { Id = "a-1", CandidateYears = [2017] }.ToDialogue);
        Assert.Contains("column CandidateTitles has 0 values and CandidateYears 1", lost.Message, StringComparison.Ordinal);
    }
}
