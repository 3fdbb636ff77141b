using System.Globalization;
using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Demonstrations.Teachers;

/// <summary>Writes a list as language models do: in one of several styles, with the faults that they make.</summary>
internal static class SimulatedHand
{
    private static readonly string[] Openings =
    [
        "Sure, here are some recommendations based on our conversation:",
        "Based on what you told me, you might enjoy these:",
        "I think you would like the following titles!",
    ];

    /// <summary>Writes a list.</summary>
    /// <param name="items">The items by rank.</param>
    /// <param name="named">Items that the dialogue has already named.</param>
    /// <param name="options">How often each fault is made.</param>
    /// <param name="generator">Chooses.</param>
    public static string[] Write(
        IReadOnlyList<CatalogItem> items, IReadOnlyList<CatalogItem> named, WorldTeacherOptions options, Random generator)
    {
        var style = generator.Next(6);
        List<string> lines = generator.NextDouble() < options.ProseRate ? [Openings[generator.Next(Openings.Length)]] : [];
        for (var rank = 1; rank <= items.Count; rank++)
        {
            var item = items[rank - 1];
            if (rank > 1 && generator.NextDouble() < options.RepeatRate)
                item = items[generator.Next(rank - 1)];
            else if (named.Count > 0 && generator.NextDouble() < options.SeenRate)
                item = named[generator.Next(named.Count)];
            var forgetsYear = generator.NextDouble() < options.MissingYearRate;
            lines.Add(Line(style, rank, item.Title, forgetsYear ? null : item.Year));
        }

        return [.. lines];
    }

    private static string Line(int style, int rank, string title, int? year)
    {
        var name = ListLine.Format(title, year);
        return style switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{rank}) {name}"),
            1 => $"- {name}",
            2 => string.Create(CultureInfo.InvariantCulture, $"{rank}. **{title}**{(year is { } known ? $" ({known})" : "")}"),
            3 => string.Create(CultureInfo.InvariantCulture, $"{rank}. \"{title}\"{(year is { } known ? $" ({known})" : "")}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{rank}. {name}"),
        };
    }
}
