using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>Answers in words.</summary>
internal static class AnswerText
{
    /// <summary>What stands in a list's place where no item is left.</summary>
    public const string Empty = "No item is left to list.";

    /// <summary>The item as a list has it.</summary>
    public static string Line(Recommendation item) => ListLine.Format(item.Title, item.Year);

    /// <summary>Says what was named, and what else is left out for its title; nothing where nothing was named.</summary>
    public static IEnumerable<string> Named(Answer answer)
    {
        if (answer.Named.Count > 0)
            yield return $"Named, so not listed: {Joined(answer.Named)}.";
        if (answer.LeftOut.Count > 0)
            yield return $"Not listed either, for their titles: {Joined(answer.LeftOut)}.";
    }

    private static string Joined(IEnumerable<ItemReference> items) => string.Join(", ", items);
}
