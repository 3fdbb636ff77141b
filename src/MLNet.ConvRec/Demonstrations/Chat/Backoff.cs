using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>How long to wait before a retry.</summary>
internal static class Backoff
{
    /// <summary>Any time from 0 to FirstDelay · 2^(attempt − 1), at most to LongestDelay: full jitter.</summary>
    /// <param name="guard">The options.</param>
    /// <param name="call">The number of the call: two that fail together must not come back together.</param>
    /// <param name="attempt">How many attempts have failed.</param>
    public static TimeSpan Wait(ChatGuardOptions guard, long call, int attempt)
    {
        var ceiling = Math.Min(guard.LongestDelay.TotalMilliseconds, guard.FirstDelay.TotalMilliseconds * Math.Pow(2, attempt - 1));
        return TimeSpan.FromMilliseconds(ceiling * StableHash.Unit(guard.Seed, FormattableString.Invariant($"{call}/{attempt}")));
    }
}
