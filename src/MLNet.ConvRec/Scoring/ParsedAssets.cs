using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Scoring;

/// <summary>The assets made ready for scoring: the prompt writer and the catalog.</summary>
/// <remarks>Immutable and safe for use from several threads.</remarks>
internal sealed class ParsedAssets
{
    // The mappings are stateless, as ML.NET's factories must be; the carried text is the one object that all rows of a model share.
    private static readonly ConditionalWeakTable<string, Lazy<ParsedAssets>> Cache = [];

    private ParsedAssets(ScoringAssets assets)
    {
        Prompt = new ChatPrompt(PolicyTokenizer.Parse(assets.TokenizerJson), assets.Prompt);
        Catalog = ItemCatalog.Create(assets.Items.Select(item => new CatalogItem { Title = item.Title, Year = item.Year }));
    }

    public ChatPrompt Prompt { get; }

    public ItemCatalog Catalog { get; }

    /// <summary>The catalog items that a list for the dialogue may not hold, each once.</summary>
    public IReadOnlyList<int> Excluded(Dialogue dialogue) => Catalog.IndicesOf(dialogue.Seen ?? []);

    /// <summary>Parses the text that a row carries, once for all rows of the model.</summary>
    public static ParsedAssets Of(ReadOnlyMemory<char> carried)
    {
        var owner = MemoryMarshal.TryGetString(carried, out var text, out _, out _) ? text : carried.ToString();
        return Cache.GetValue(owner, _ => new Lazy<ParsedAssets>(() => new ParsedAssets(ScoringAssets.Parse(carried)))).Value;
    }
}
