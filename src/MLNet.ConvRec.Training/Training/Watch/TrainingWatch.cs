namespace MLNet.ConvRec.Training.Watch;

/// <summary>Watches the steps of a stage for what a user should mend while it runs.</summary>
/// <remarks>
/// What the signs compare with is of this process alone: a resumed run begins its windows, medians and starting shares anew, and may say again what an earlier
/// process said.
/// </remarks>
internal sealed class TrainingWatch
{
    // A sign that is gone for so many steps is told again when it comes back; one that flickers is not.
    private const int ClearSteps = 10;

    private readonly (ISign Sign, Reminder Reminder)[] _signs =
        [.. new ISign[] { new EqualRewards(), new DivergenceGrowth(), new GradientGrowth(), new CatalogLoss() }.Select(sign => (sign, new Reminder()))];

    /// <summary>Takes in a step.</summary>
    /// <returns>What is to be said: each kind once, until it has cleared.</returns>
    public IReadOnlyList<TrainingWarning> Look(TrainingProgress step)
    {
        var warnings = new List<TrainingWarning>();
        foreach (var (sign, reminder) in _signs)
        {
            var message = sign.See(step);
            if (reminder.IsDue(message is not null))
                warnings.Add(new TrainingWarning(sign.Kind, message!));
        }

        return warnings;
    }

    private sealed class Reminder
    {
        private bool _isTold;
        private int _clear;

        public bool IsDue(bool isSeen)
        {
            _clear = isSeen ? 0 : _clear + 1;
            var isDue = isSeen && !_isTold;
            _isTold = isSeen || (_isTold && _clear < ClearSteps);
            return isDue;
        }
    }
}
