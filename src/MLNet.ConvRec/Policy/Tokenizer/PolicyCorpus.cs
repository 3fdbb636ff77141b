using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Policy.Tokenizer;

/// <summary>The texts from which a policy's vocabulary is learned: what it will read and write, about as often as it will.</summary>
internal static class PolicyCorpus
{
    /// <summary>
    /// Returns the texts: every message of the dialogues, and every item as a line of a list and in running text.
    /// </summary>
    /// <param name="catalog">The items.</param>
    /// <param name="dialogues">The dialogues of train.</param>
    /// <param name="prompt">The words around them.</param>
    public static IEnumerable<string> Texts(ItemCatalog catalog, IEnumerable<Dialogue> dialogues, PromptOptions prompt)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(dialogues);
        ArgumentNullException.ThrowIfNull(prompt);
        var ask = prompt.Ask.Replace("{N}", prompt.ListLength.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach (var dialogue in dialogues)
        {
            yield return $"system\n{prompt.System}\n";
            foreach (var turn in dialogue.Turns)
                yield return $"{(turn.Role == Role.User ? "user" : "assistant")}\n{turn.Text}\n";
            yield return $"{ask}\nassistant\n";
        }

        foreach (var item in catalog.Items)
        {
            var line = ListLine.Format(item.Title, item.Year);
            yield return $"{line}\n {line}";
        }
    }
}
