using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Demonstrate;

/// <summary>Tells one dialogue's way from the teacher's list to the demonstration, in plain text.</summary>
internal sealed class ExplanationText(TextWriter output)
{
    private const int ItemWidth = 34;

    public void Write(DemonstrationExplanation told)
    {
        output.WriteLine();
        output.WriteLine($"Dialogue {told.Dialogue.Id}");
        foreach (var turn in told.Dialogue.Turns)
            output.WriteLine($"  {(turn.Role == Role.User ? "user" : "assistant"),9}: {turn.Text}");
        if (told.Dialogue.GroundTruth.Count > 0)
            output.WriteLine($"  really chosen (not used): {string.Join(", ", told.Dialogue.GroundTruth)}");
        WriteLines(told);
        WriteWeights(told);
        WriteItems(told);
        output.WriteLine();
        output.WriteLine("The demonstration");
        foreach (var item in told.Demonstration)
            output.WriteLine($"  {item.Rank,3}. {ListLine.Format(item.Title, item.Year)}  {item.Score:F3}");
        output.WriteLine();
    }

    private void WriteLines(DemonstrationExplanation told)
    {
        var linked = told.Lines.Count(line => line.Item is not null);
        output.WriteLine();
        output.WriteLine(
            $"{told.TeacherList.Model} wrote {told.TeacherList.Raw.Count} lines: {told.Lines.Count} name something, {linked} of them an item of the "
            + $"catalog; {told.UnreadLines} are prose. Position score p_k = 1/√k.");
        foreach (var line in told.Lines)
            output.WriteLine($"  {line.Rank,3}. p {line.PositionScore:F3}  {Cut(ListLine.Format(line.Name, line.Year))} -> {line.Item?.ToString() ?? "not in the catalog"}");
    }

    private void WriteWeights(DemonstrationExplanation told)
    {
        var weights = told.Similarity;
        output.WriteLine();
        output.WriteLine(told.Steps.HasFlag(DemonstrationSteps.Remap)
            ? $"Remap blends: lines by co-mention {weights.LineCoMention:F3}, by text {weights.LineText:F3}; the dialogue by co-mention "
                + $"{weights.ConversationCoMention:F3}, by text {weights.ConversationText:F3}, by words {weights.ConversationWords:F3}."
            : "Remap is left out: an item's score is that it was named.");
        var grades = told.Items.Count(item => item.Rating is not null);
        output.WriteLine(!told.Steps.HasFlag(DemonstrationSteps.Reflect) ? "Reflect is left out."
            : grades == 0 ? "Reflect: there is no judge, and nothing is graded."
            : $"Reflect: {grades} of the items below were graded.");
        output.WriteLine(told.Steps.HasFlag(DemonstrationSteps.Adjust) ? "Adjust: s_final = w s + b." : "Adjust is left out.");
    }

    private void WriteItems(DemonstrationExplanation told)
    {
        output.WriteLine();
        output.WriteLine(
            $"{"item (* chosen, x already seen)",-ItemWidth}    | {"named",6} {"co",6} {"text",6} | {"co",6} {"text",6} {"words",6} |"
            + $" {"s",7} {"rank",5} | {"grade",5} {"s",7} {"rank",5} | {"w",6} {"b",6} {"final",7} {"rank",5}");
        foreach (var item in told.Items)
        {
            var terms = item.Remap;
            output.WriteLine(
                $"{Cut(item.Item.ToString())} {(item.IsTrue ? "*" : " ")}{(item.IsSeen ? "x" : " ")} |"
                + $" {terms.Named,6:F2} {terms.LineCoMention,6:F2} {terms.LineText,6:F2} |"
                + $" {terms.ConversationCoMention,6:F2} {terms.ConversationText,6:F2} {terms.ConversationWords,6:F2} |"
                + $" {item.RemapScore,7:F3} {item.RemapRank,5} | {item.Rating,5} {item.ReflectScore,7:F3} {item.ReflectRank,5} |"
                + $" {item.Weight,6:F2} {item.Bias,6:F2} {item.FinalScore,7:F3} {item.FinalRank,5}");
        }
    }

    private static string Cut(string text) => (text.Length > ItemWidth ? text[..(ItemWidth - 1)] + "…" : text).PadRight(ItemWidth);
}
