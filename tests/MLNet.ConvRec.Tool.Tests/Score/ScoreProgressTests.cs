using MLNet.ConvRec.Tool.Score;

namespace MLNet.ConvRec.Tool.Tests.Score;

public sealed class ScoreProgressTests
{
    private readonly StepClock _clock = new();

    [Fact]
    public void LineEveryTenSeconds_TellsRateShareAndTimeLeft()
    {
        var share = 0.2; // what an interrupted run had done
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new ScoreProgress(output, _clock, () => share);
        for (var second = 0; second < 25; second++)
        {
            _clock.Seconds++;
            progress.Next();
            share += 0.02;
        }

        Assert.Equal(
            ["  10 dialogues in 10.0 s, 1.0 dialogues/s, 38% of the input read, about 31 s left", "  20 dialogues in 20.0 s, 1.0 dialogues/s, 58% of the input read, about 21 s left"],
            output.ToString().TrimEnd().Split('\n'));
        Assert.Equal("25 dialogues in 25.0 s, 1.0 dialogues/s", progress.Summary);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1.0)]
    public void NothingIsSaidOfWhatIsUnknown(double? share)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new ScoreProgress(output, _clock, () => share);

        _clock.Seconds = 10;
        progress.Next();

        Assert.Equal("  1 dialogue in 10.0 s, 0.1 dialogues/s\n", output.ToString());
    }

    private sealed class StepClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
