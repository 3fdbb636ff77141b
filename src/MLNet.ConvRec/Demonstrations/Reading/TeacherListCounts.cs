using System.Globalization;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>What became of a teacher's lists as they were read.</summary>
/// <param name="Lists">The lists.</param>
/// <param name="EmptyLists">Those without any line.</param>
/// <param name="NamedLines">Lines that name something.</param>
/// <param name="LinkedLines">Lines that name an item of the catalog.</param>
/// <param name="RepeatedLines">Lines that name an item that an earlier line of the list names.</param>
/// <param name="UnreadLines">Lines that were passed over as prose or empty.</param>
public sealed record TeacherListCounts(int Lists, int EmptyLists, int NamedLines, int LinkedLines, int RepeatedLines, int UnreadLines)
{
    /// <summary>Tells the counts in one sentence, and what to do where no list helped.</summary>
    public string Describe()
    {
        var told = string.Create(
            CultureInfo.InvariantCulture,
            $"{Lists} dialogues, {EmptyLists} without a list; {NamedLines} lines name something, {LinkedLines} of them items of the catalog, "
            + $"{RepeatedLines} repeat one; {UnreadLines} could not be read.");
        return Lists > 0 && LinkedLines == 0
            ? $"{told} The lists name no item of the catalog at all, so that they tell nothing; check what the teacher was asked for, and the catalog."
            : told;
    }
}
