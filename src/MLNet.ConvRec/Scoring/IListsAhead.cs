using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Scoring;

/// <summary>Lists that are made ahead of the one that is wanted, and given in the order of their dialogues.</summary>
/// <remarks>It is to be read from one thread; disposing it ends what is under way.</remarks>
internal interface IListsAhead : IDisposable
{
    /// <summary>Waits for the list of the next dialogue.</summary>
    /// <returns>The list, or <see langword="null"/> after the last.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    RecommendationList? Next();
}
