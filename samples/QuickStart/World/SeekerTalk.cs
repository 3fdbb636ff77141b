using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations.Teachers;
using MLNet.ConvRec.Dialogues;

namespace QuickStart.World;

/// <summary>Puts a simulated seeker's wishes into words: a dialogue of one, three or five turns, the seeker's first and last.</summary>
internal sealed class SeekerTalk
{
    // Of 100 seekers so many speak once, twice and three times.
    private static readonly long[] SpokenTurns = [50, 38, 12];
    private const int CasualPercent = 20;
    private const int GreetingPercent = 50;
    private const int ReplyPercent = 40;
    private const int GenrePercent = 55;
    private const int SmallTalkPercent = 25;
    private const int AskPercent = 65;

    private readonly Seeker _seeker;
    private readonly SplitMix64 _random;
    private readonly bool _casual;
    private readonly int _spoken;
    private readonly int _genreTurn;

    // The seeker's turn k names the liked films from _named[k] up to, not including, _named[k + 1].
    private readonly int[] _named;

    private SeekerTalk(Seeker seeker, SplitMix64 random)
    {
        _seeker = seeker;
        _random = random;
        _casual = random.Chance(CasualPercent);
        _spoken = 1 + random.Weighted(SpokenTurns);
        _genreTurn = random.Chance(GenrePercent) ? (int)random.Below(_spoken) : -1;
        var cuts = Enumerable.Range(1, _spoken - 1).Select(_ => (int)random.Below(seeker.Liked.Count + 1));
        _named = [0, .. cuts.Order(), seeker.Liked.Count];
    }

    /// <summary>Writes the dialogue of a seeker. Every liked film is named, as <c>Title (Year)</c>.</summary>
    public static IReadOnlyList<Turn> Turns(Seeker seeker, SplitMix64 random)
    {
        var talk = new SeekerTalk(seeker, random);
        var turns = new List<Turn> { new(Role.User, talk.Spoken(0)) };
        for (var k = 1; k < talk._spoken; k++)
        {
            turns.Add(new Turn(Role.Assistant, talk.Asked(k)));
            turns.Add(new Turn(Role.User, talk.Spoken(k)));
        }

        return turns;
    }

    private string Spoken(int k)
    {
        var sentences = new List<string>();
        if (_random.Chance(k == 0 ? GreetingPercent : ReplyPercent))
            sentences.Add(Say(k == 0 ? SeekerPhrases.Greetings : SeekerPhrases.Replies));
        if (_random.Chance(SmallTalkPercent))
            sentences.Add(Say(SeekerPhrases.SmallTalk));
        if (k == 0 && _named[1] == 0)
            sentences.Add(Say(SeekerPhrases.Wishes));
        if (_named[k] < _named[k + 1])
            sentences.Add(Films(_named[k], _named[k + 1]));
        if (k == _genreTurn)
            sentences.Add(Genre());
        if (sentences.Count == 0 || (k == _spoken - 1 && _random.Chance(AskPercent)))
            sentences.Add(Say(SeekerPhrases.Asks));
        return string.Join(' ', sentences);
    }

    // What the assistant asks is what the seeker's turn k then tells.
    private string Asked(int k)
    {
        var tellsFilms = _named[k] < _named[k + 1];
        var phrases = tellsFilms && _named[k] == 0 ? AssistantPhrases.AskForFilms
            : tellsFilms ? AssistantPhrases.AskForMore
            : k == _genreTurn ? AssistantPhrases.AskForGenre
            : AssistantPhrases.AskAnything;
        var phrase = _random.Pick(phrases);
        return _named[k] == 0 ? phrase : phrase.Replace("{a}", Name(_named[k] - 1), StringComparison.Ordinal);
    }

    private string Films(int from, int to)
    {
        var phrases = (to - from) switch
        {
            1 => from == 0 ? SeekerPhrases.OneFilm : SeekerPhrases.OneMore,
            2 => SeekerPhrases.TwoFilms,
            _ => SeekerPhrases.ThreeFilms,
        };
        var sentence = Say(phrases);
        for (var film = from; film < to; film++)
            sentence = sentence.Replace(Slot(film - from), Name(film), StringComparison.Ordinal);
        return sentence;
    }

    private string Genre()
    {
        var taste = _seeker.Tastes.Count > 1 && _random.Chance(33) ? _seeker.Tastes[1] : _seeker.Tastes[0];
        var sentence = Say(SeekerPhrases.Genres).Replace("{g}", _random.Pick(GenreWords.Of(taste)), StringComparison.Ordinal);
        return _casual ? sentence : char.ToUpperInvariant(sentence[0]) + sentence[1..];
    }

    private string Say(IReadOnlyList<string> phrases) => _casual ? _random.Pick(phrases).ToLowerInvariant() : _random.Pick(phrases);

    private string Name(int film) => _seeker.Liked[film].Reference.ToString();

    private static string Slot(int number) => number switch { 0 => "{a}", 1 => "{b}", _ => "{c}" };
}
