using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Policy;

/// <summary>What imitation starts from: a tiny policy made from scratch, or a checkpoint.</summary>
public abstract record Backbone
{
    private Backbone()
    {
    }

    /// <summary>What is said around a dialogue. The default is <see cref="PromptOptions"/>'s; a folder's own words win.</summary>
    public PromptOptions Prompt { get; init; } = new();

    /// <summary>
    /// What is known of the items, with which the titles of a policy made from scratch begin; a folder's policy knows its own. The default is nothing.
    /// </summary>
    public ItemFeatures? Features { get; init; }

    /// <summary>A policy of 0.3 to 0.6 million weights, by the number of tokens, for small worlds: 96 wide, 2 layers, up to 4,096 tokens.</summary>
    public static Backbone TinyWorld { get; } = new Tiny(TinyPolicy.World, 4096);

    /// <summary>A policy of 1 to 4 million weights for real catalogs: 128 wide, 2 layers, up to 12,288 tokens.</summary>
    public static Backbone TinyReal { get; } = new Tiny(TinyPolicy.Real, 12_288);

    /// <summary>A policy loaded from a Hugging Face folder, such as a downloaded checkpoint of Qwen2.5, Llama 3.2 or Qwen3.</summary>
    /// <param name="folder">The folder.</param>
    public static Backbone FromFolder(string folder) => new Checkpoint(folder);

    /// <summary>A policy of a given shape, from random weights, with a tokenizer trained on the data.</summary>
    /// <param name="shape">Makes the shape from the number of tokens and the end-of-turn token.</param>
    /// <param name="vocabularySize">Tokens at most.</param>
    public static Backbone FromScratch(Func<int, int, PolicyConfig> shape, int vocabularySize) => new Tiny(shape, vocabularySize);

    internal abstract PolicyModel Create(ItemCatalog catalog, IEnumerable<Dialogue> dialogues, ulong seed);

    private sealed record Checkpoint(string Folder) : Backbone
    {
        internal override PolicyModel Create(ItemCatalog catalog, IEnumerable<Dialogue> dialogues, ulong seed) =>
            PolicyModel.Load(Folder, Prompt);
    }

    private sealed record Tiny(Func<int, int, PolicyConfig> Shape, int VocabularySize) : Backbone
    {
        internal override PolicyModel Create(ItemCatalog catalog, IEnumerable<Dialogue> dialogues, ulong seed)
        {
            var tokenizer = PolicyTokenizer.Parse(BytePairTrainer.Train(PolicyCorpus.Texts(catalog, dialogues, Prompt), new BytePairOptions { VocabularySize = VocabularySize }));
            var config = Shape(tokenizer.VocabularySize, tokenizer.EndOfTurn);
            var weights = PolicyInitialization.Random(config, seed);
            return new PolicyModel(Features is null ? weights : TitleEmbeddings.Add(weights, new ChatPrompt(tokenizer, Prompt), catalog, Features, seed), tokenizer, Prompt);
        }
    }
}
