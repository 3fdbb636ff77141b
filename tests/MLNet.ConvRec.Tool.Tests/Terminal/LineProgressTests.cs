using MLNet.ConvRec.Tool.Terminal;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Tests.Terminal;

public sealed class LineProgressTests
{
    [Fact]
    public void Warning_IsShownWhenItComes_AndNowAndThenWhileItLasts()
    {
        using var output = new StringWriter();
        var lines = new LineProgress(output, TimeProvider.System);

        for (var step = 1; step <= 150; step++)
            lines.Report(Step(step) with { Warnings = step >= 3 ? [new TrainingWarning("equal rewards", $"{step}% are equal; take more.")] : [] });

        string[] warnings = [.. output.ToString().Split('\n').Where(line => line.Contains("arning", StringComparison.Ordinal)).Select(line => line.Trim())];
        Assert.Equal(["Warning, rank-grpo step 3, equal rewards: 3% are equal; take more.", "Warning, rank-grpo step 103, equal rewards: 103% are equal; take more."], warnings);
    }

    [Fact]
    public void TwoKinds_AreShownEach()
    {
        using var output = new StringWriter();

        new LineProgress(output, TimeProvider.System).Report(Step(1) with { Warnings = [new TrainingWarning("kl", "It explodes."), new TrainingWarning("gradient", "It does too.")] });

        Assert.Contains("step 1, kl: It explodes.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("step 1, gradient: It does too.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_TellTheNewestLookAtTheValidationSet()
    {
        using var output = new StringWriter();
        var lines = new LineProgress(output, TimeProvider.System);

        lines.Report(Step(1) with { ValidationLoss = 2.5 });
        lines.Report(Step(2));
        lines.Finish();

        Assert.Equal(2, output.ToString().Split("valid loss 2.5000").Length - 1);
        Assert.Contains("reward 0.1250", output.ToString(), StringComparison.Ordinal);
    }

    private static TrainingProgress Step(int step) => new()
    {
        Stage = "rank-grpo",
        Step = step,
        Steps = 150,
        Fraction = step / 150.0,
        Elapsed = TimeSpan.FromSeconds(step),
        Loss = 0.5,
        Reward = 0.125,
    };
}
