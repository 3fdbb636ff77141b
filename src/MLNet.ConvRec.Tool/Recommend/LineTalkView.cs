namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>A talk as plain lines, for a pipe or a file.</summary>
internal sealed class LineTalkView(TextWriter output) : ITalkView
{
    public void Ask()
    {
    }

    public void Tell(string text) => output.WriteLine(text);

    public void Show(Answer answer)
    {
        foreach (var line in AnswerText.Named(answer))
            output.WriteLine(line);
        foreach (var item in answer.List)
            output.WriteLine($"{item.Rank,3}. {AnswerText.Line(item)}");
        if (answer.List.Count == 0)
            output.WriteLine(AnswerText.Empty);
        output.WriteLine();
    }
}
