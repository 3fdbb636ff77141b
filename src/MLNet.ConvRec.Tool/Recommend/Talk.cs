using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>A talk with a recommender. Its lists are no part of it: what was listed may be listed again, what was named may not.</summary>
/// <remarks>A list that became a turn would name twenty items at once, none of which the next list could hold.</remarks>
internal sealed class Talk(MLContext ml, ITransformer model, ItemCatalog catalog, IReadOnlyList<ItemReference>? candidates)
{
    private readonly List<Turn> _turns = [];

    /// <summary>Forgets what was said.</summary>
    public void Begin() => _turns.Clear();

    /// <summary>Answers a message.</summary>
    public Answer Say(string message)
    {
        _turns.Add(new Turn(Role.User, message));
        var dialogue = new Dialogue { Id = "talk", Turns = [.. _turns], Candidates = candidates };
        var named = catalog.NamedIn(dialogue);
        return new Answer
        {
            Named = named,
            LeftOut = [.. catalog.IndicesOf(named).Select(index => catalog.Items[index].Reference).Except(named)],
            List = model.Transform(ml.Data.LoadDialogues([dialogue])).ReadRecommendations().Single().Recommendations,
        };
    }
}

/// <summary>What a message is answered with.</summary>
internal sealed record Answer
{
    /// <summary>The items that the talk has named so far; none is listed.</summary>
    public required IReadOnlyList<ItemReference> Named { get; init; }

    /// <summary>Other items of the same titles; none is listed either.</summary>
    public required IReadOnlyList<ItemReference> LeftOut { get; init; }

    /// <summary>The list.</summary>
    public required IReadOnlyList<Recommendation> List { get; init; }
}
