namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>Counts for <see cref="ChatCalls"/>.</summary>
/// <remarks>Safe for use from several threads.</remarks>
internal sealed class CallCounter
{
    private long _dialogues;
    private long _calls;
    private long _unreadable;
    private long _givenUp;

    public void AddDialogue() => Interlocked.Increment(ref _dialogues);

    public void AddCall() => Interlocked.Increment(ref _calls);

    public void AddUnreadable() => Interlocked.Increment(ref _unreadable);

    public void AddGivenUp() => Interlocked.Increment(ref _givenUp);

    public ChatCalls Read() => new(
        Interlocked.Read(ref _dialogues),
        Interlocked.Read(ref _calls),
        Interlocked.Read(ref _unreadable),
        Interlocked.Read(ref _givenUp));
}
