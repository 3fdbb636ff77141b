using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Sft;
using QuickStart.World;

namespace MLNet.ConvRec.Gpu.Checks;

/// <summary>QuickStart's simulated shop and a policy for it.</summary>
internal sealed class KitWorld
{
    private const int Imitated = 400;

    public KitWorld()
    {
        Catalog = EmbeddedFilms.Shop();
        Train = [.. SeekerWorld.Create(Catalog, 1).Train];
        Policy = Backbone.TinyWorld.Create(Catalog, Train, seed: 1);
    }

    public ItemCatalog Catalog { get; }

    public Dialogue[] Train { get; }

    public PolicyModel Policy { get; }

    /// <summary>Demonstrations that need no teacher: what was chosen, then the shop's first items.</summary>
    public SftExample[] Examples => [.. Train.Where(dialogue => dialogue.GroundTruth.Count > 0).Take(Imitated).Select(Example)];

    private SftExample Example(Dialogue dialogue)
    {
        var prompt = Policy.Prompt;
        var items = dialogue.GroundTruth.Concat(Catalog.Items.Select(item => item.Reference)).Distinct().Take(prompt.Options.ListLength);
        return new SftExample(prompt.Encode(dialogue), [.. items.SelectMany(item => prompt.EncodeLine(item.Title, item.Year)), prompt.Tokenizer.EndOfTurn]) { DialogueId = dialogue.Id };
    }
}
