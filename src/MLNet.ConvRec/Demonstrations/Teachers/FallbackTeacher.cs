using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Asks a second teacher where the first has no list: recorded lists for some dialogues, a simulated teacher for those that weights are fitted to.</summary>
/// <remarks>Safe for use from several threads where both teachers are.</remarks>
/// <param name="first">Who is asked first.</param>
/// <param name="otherwise">Who is asked where the first one's list is empty.</param>
public sealed class FallbackTeacher(ITeacher first, ITeacher otherwise) : ITeacher
{
    private int _fallbacks;

    /// <inheritdoc/>
    public string Name => $"{first.Name}, otherwise {otherwise.Name}";

    /// <inheritdoc/>
    /// <remarks>Lists of a simulated second teacher name it in <see cref="TeacherList.Model"/>.</remarks>
    public bool IsSimulated => first.IsSimulated;

    /// <summary>How many lists were the second teacher's.</summary>
    public int FallbackCount => _fallbacks;

    /// <inheritdoc/>
    public async ValueTask<TeacherList> RecommendAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var list = await first.RecommendAsync(dialogue, cancellationToken).ConfigureAwait(false);
        if (list.Raw.Count > 0)
            return list;
        Interlocked.Increment(ref _fallbacks);
        return await otherwise.RecommendAsync(dialogue, cancellationToken).ConfigureAwait(false);
    }
}
