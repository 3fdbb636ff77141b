using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Training;

/// <summary>Which micro-batches a run has: those asked for, those of its earlier process, or new ones.</summary>
internal static class MicroBatchPlan
{
    /// <summary>Returns the tokens of a micro-batch.</summary>
    /// <param name="asked">What the options say; <see langword="null"/>: what fits.</param>
    /// <param name="usual">The stage's default.</param>
    /// <param name="checkpoints">Where an earlier process may have kept its choice, and this one's is kept.</param>
    /// <param name="choose">Chooses what fits.</param>
    public static int Of(int? asked, int usual, RunCheckpoints? checkpoints, Func<int> choose)
    {
        var tokens = asked ?? checkpoints?.MicroBatchTokens(usual) ?? choose();
        checkpoints?.KeepMicroBatchTokens(tokens, usual);
        return tokens;
    }
}
