using TorchSharp;

namespace MLNet.ConvRec.Policy;

/// <summary>Scalars that outlive every call.</summary>
/// <remarks>
/// TorchSharp makes a finalisable <see cref="Scalar"/> of each number and doesn't keep it alive during the native call, so that a collection that another
/// thread starts at that moment frees it under the call ("Exception raised from toDouble", seen here once). What runs for every token and
/// layer therefore takes scalars that somebody holds, the α = 1 of a sum too.
/// </remarks>
internal static class HeldScalars
{
    /// <summary>1, as the α of a sum.</summary>
    public static readonly Scalar One = 1;
}
