namespace MLNet.ConvRec.Training.Tests.Training;

public class ScheduleTests
{
    // Warm-up over the first fifth; the final share is 0.2 of a rate of 1.
    [Theory]
    [InlineData(LearningRateSchedule.Linear, 0.2, 1)]
    [InlineData(LearningRateSchedule.Linear, 0.4, 0.8)]
    [InlineData(LearningRateSchedule.Linear, 0.6, 0.6)]
    [InlineData(LearningRateSchedule.Linear, 1, 0.2)]
    [InlineData(LearningRateSchedule.Cosine, 0.2, 1)]
    [InlineData(LearningRateSchedule.Cosine, 0.4, 0.882842712474619)] // 0.2 + 0.8 (1 + cos 45°) / 2
    [InlineData(LearningRateSchedule.Cosine, 0.6, 0.6)]
    [InlineData(LearningRateSchedule.Cosine, 1, 0.2)]
    [InlineData(LearningRateSchedule.Constant, 0.2, 1)]
    [InlineData(LearningRateSchedule.Constant, 1, 1)]
    public void Rate_AfterWarmUp_FollowsItsKind(LearningRateSchedule kind, double fraction, double rate) =>
        Assert.Equal(rate, Schedule(kind).Rate(1, fraction), 12);

    [Theory]
    [InlineData(LearningRateSchedule.Linear)]
    [InlineData(LearningRateSchedule.Cosine)]
    [InlineData(LearningRateSchedule.Constant)]
    public void Rate_WhileWarmingUp_RisesAlongALine(LearningRateSchedule kind)
    {
        Assert.Equal(0.5, Schedule(kind).Rate(1, 0.1), 12);
        Assert.Equal(0.025, Schedule(kind).Rate(1, 0), 12); // the first of 100 steps takes half the second's, not none
    }

    private static Schedule Schedule(LearningRateSchedule kind) => new(steps: 100, warmupRatio: 0.2, finalRatio: 0.2, budget: null, TimeProvider.System) { Kind = kind };
}
