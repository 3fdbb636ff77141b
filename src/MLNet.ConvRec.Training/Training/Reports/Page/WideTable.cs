namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>A table of numbers: on a phone each row is a card, and a table that is wider than the page scrolls in a box that the keyboard reaches.</summary>
internal static class WideTable
{
    /// <param name="label">What the table holds, for readers who hear the page.</param>
    /// <param name="head">Its head row.</param>
    /// <param name="rows">Its other rows.</param>
    public static Html Of(string label, Html head, IEnumerable<Html> rows) => Html.Of(
        $"<div class=\"wide\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table class=\"numeric\"><thead>{head}</thead><tbody>{Html.Join(rows)}</tbody></table></div>");

    /// <param name="column">The column's head, which a card repeats.</param>
    /// <param name="content">What stands in the cell; a card leaves out an empty one.</param>
    /// <param name="kind">Its class in the style sheet; empty for none.</param>
    public static Html Cell(string column, Html content, string kind = "") =>
        Html.Of($"<td{(kind.Length > 0 ? Html.Of($" class=\"{kind}\"") : Html.Empty)} data-column=\"{column}\">{content}</td>");
}
