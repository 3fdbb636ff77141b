using System.Text.RegularExpressions;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations.Counts;

/// <summary>The words that neither few nor most of train's dialogues use, numbered in the order in which they first stand there.</summary>
internal sealed partial class WordVocabulary
{
    private const int LeastDialogues = 5;

    // What is said in more dialogues says little about any of them.
    private const double LargestShare = 0.15;

    private readonly Dictionary<string, int> _numbers;

    private WordVocabulary(Dictionary<string, int> numbers) => _numbers = numbers;

    /// <summary>No word at all.</summary>
    public static WordVocabulary Empty { get; } = new([]);

    /// <summary>The number of words.</summary>
    public int Count => _numbers.Count;

    /// <summary>Collects the words of <paramref name="train"/>.</summary>
    public static WordVocabulary Fit(IReadOnlyCollection<Dialogue> train)
    {
        var dialogues = new Dictionary<string, int>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var word in train.SelectMany(WordsOf))
        {
            if (dialogues.TryAdd(word, 1))
                order.Add(word);
            else
                dialogues[word]++;
        }

        var most = Math.Max(LeastDialogues, LargestShare * train.Count);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in order.Where(word => dialogues[word] >= LeastDialogues && dialogues[word] <= most))
            numbers.Add(word, numbers.Count);
        return new WordVocabulary(numbers);
    }

    /// <summary>Returns the numbers of the known words of a dialogue, each once.</summary>
    public int[] NumbersOf(Dialogue dialogue) =>
        _numbers.Count == 0 ? [] : [.. WordsOf(dialogue).Where(_numbers.ContainsKey).Select(word => _numbers[word])];

    // Each word of a dialogue once, in lower case.
    private static IEnumerable<string> WordsOf(Dialogue dialogue) =>
        dialogue.Turns.SelectMany(turn => Word().Matches(turn.Text))
            .Select(match => match.Value.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"\p{L}[\p{L}\p{M}']*")]
    private static partial Regex Word();
}
