using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Demonstrations.Remap;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>One dialogue's way through Remap, Reflect and Adjust; what a step leaves out stays as it was.</summary>
/// <param name="List">The teacher's list.</param>
/// <param name="Read">The list as it was read.</param>
/// <param name="Seen">Every item that the demonstration may not hold.</param>
/// <param name="Parts">The similarities before they are blended.</param>
/// <param name="Model">The weights, fitted without the dialogue's own conversation.</param>
/// <param name="Remapped">s after Remap, per item.</param>
/// <param name="Ratings">The judge's grades by item; empty without a judge.</param>
/// <param name="Reflected">s after Reflect.</param>
/// <param name="Final">s_final.</param>
internal sealed record DemonstrationTrace(
    TeacherList List,
    ReadList Read,
    IReadOnlySet<int> Seen,
    SimilarityParts Parts,
    DemonstrationModel Model,
    double[] Remapped,
    IReadOnlyDictionary<int, double> Ratings,
    double[] Reflected,
    double[] Final);
