namespace MLNet.ConvRec.Training;

/// <summary>Tells where the time of one step goes; it runs from when it is made.</summary>
internal sealed class StepWatch
{
    private readonly TimeProvider _clock;
    private readonly long _start;
    private long _last;
    private TimeSpan _rollouts, _update, _validation;

    public StepWatch(TimeProvider clock) => (_clock, _start, _last) = (clock, clock.GetTimestamp(), clock.GetTimestamp());

    /// <summary>What was measured, and all of the step up to now.</summary>
    public StepTimes Times => new(_rollouts, _update, _validation, _clock.GetElapsedTime(_start));

    public void RolloutsEnd() => _rollouts = Lap();

    public void UpdateEnds() => _update = Lap();

    public void ValidationEnds() => _validation = Lap();

    private TimeSpan Lap()
    {
        var now = _clock.GetTimestamp();
        var lap = _clock.GetElapsedTime(_last, now);
        _last = now;
        return lap;
    }
}
