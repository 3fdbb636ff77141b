using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels.Crag;

namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>One call, whose lines are linked to the catalog in their order.</summary>
internal sealed class ZeroShotRecommender(ItemCatalog catalog, ITeacher model, int listLength, CallCounter calls) : IChatRecommender
{
    private readonly CatalogLines _lines = new(catalog);

    public async Task<IReadOnlyList<int>> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var list = await model.RecommendAsync(dialogue, cancellationToken).ConfigureAwait(false);
        if (_lines.Read(list.Raw, LinkedDialogue.SeenTitles(dialogue, catalog), listLength) is { } items)
            return items;
        calls.AddUnreadable();
        calls.AddGivenUp();
        return [];
    }
}
