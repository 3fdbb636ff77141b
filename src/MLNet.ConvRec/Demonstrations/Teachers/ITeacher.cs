using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>
/// Writes a list of recommendations for a dialogue, as a language model does: in its own words, from all that the world has.
/// </summary>
/// <remarks>Is asked from several threads at once.</remarks>
public interface ITeacher
{
    /// <summary>The name by which reports call it; that of a simulated teacher says so.</summary>
    string Name { get; }

    /// <summary>Whether the lists are made by a program in place of a language model.</summary>
    bool IsSimulated { get; }

    /// <summary>Asks for a list.</summary>
    /// <param name="dialogue">The dialogue. Its true items are not to be looked at.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The list as written; without lines if there is none.</returns>
    ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken);
}

/// <summary>A teacher's list, as it was written.</summary>
/// <param name="Id">The dialogue's identifier.</param>
/// <param name="Model">Who wrote it.</param>
/// <param name="Raw">The lines, faults and all.</param>
public sealed record TeacherList(string Id, string Model, IReadOnlyList<string> Raw);
