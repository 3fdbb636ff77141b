using MLNet.ConvRec.Demonstrations.Teachers;

namespace QuickStart.World;

/// <summary>How a simulated seeker speaks of a genre.</summary>
internal static class GenreWords
{
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["Action"] = ["some action", "a good chase", "fights and explosions", "something fast and loud", "an action film"],
        ["Adventure"] = ["an adventure", "a journey far away", "something with a treasure or a ship", "a big expedition"],
        ["Animation"] = ["something animated", "a cartoon", "an animated film", "beautiful drawings that move"],
        ["Comedy"] = ["a comedy", "something funny", "a good laugh", "something silly"],
        ["Crime"] = ["a crime film", "gangsters", "a clever robbery", "something about the underworld"],
        ["Drama"] = ["a serious drama", "something about real people", "a moving story", "a character study"],
        ["Fantasy"] = ["some fantasy", "magic", "something with myths and creatures", "a fairy tale"],
        ["Horror"] = ["a horror film", "something scary", "a good fright", "something creepy"],
        ["Musical"] = ["a musical", "songs and dancing", "something to sing along to", "a film full of music"],
        ["Romance"] = ["a romance", "a love story", "something romantic", "a film to hold hands to"],
        ["Sci-Fi"] = ["science fiction", "some sci-fi", "space and the future", "robots or aliens"],
        ["Thriller"] = ["a thriller", "something tense", "real suspense", "a mystery with a twist"],
        ["War"] = ["a war film", "soldiers and history", "something about the war", "a story from the front"],
        ["Western"] = ["a western", "cowboys", "dust and horses", "a duel at noon"],
    };

    /// <summary>Returns the ways to speak of a genre; of an unknown one its own name.</summary>
    public static IReadOnlyList<string> Of(string genre) => Words.TryGetValue(genre, out var words) ? words : [genre.ToLowerInvariant()];
}
