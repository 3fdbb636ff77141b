using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Tells two: first the one that keeps, then the one that shows.</summary>
internal sealed class BothProgress(IProgress<TrainingProgress> first, IProgress<TrainingProgress> second) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        first.Report(value);
        second.Report(value);
    }
}
