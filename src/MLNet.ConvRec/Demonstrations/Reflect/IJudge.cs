using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Grades candidates for a dialogue: the paper's Reflect.</summary>
/// <remarks>Is asked from several threads at once.</remarks>
public interface IJudge
{
    /// <summary>Grades the candidates.</summary>
    /// <param name="dialogue">The dialogue. Its true items are not to be looked at.</param>
    /// <param name="candidates">The items to grade, best first.</param>
    /// <param name="ratingScale">L: grades lie from −L to +L.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>A grade per candidate; 0 for one that was not judged.</returns>
    ValueTask<IReadOnlyList<double>> RateAsync(
        Dialogue dialogue, IReadOnlyList<CatalogItem> candidates, int ratingScale, CancellationToken cancellationToken);
}
