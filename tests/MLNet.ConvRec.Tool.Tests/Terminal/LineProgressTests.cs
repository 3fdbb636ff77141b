using MLNet.ConvRec.Tool.Terminal;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Tests.Terminal;

public sealed class LineProgressTests
{
    [Fact]
    public void Warnings_AreShownWhenTheyCome_WhateverTheStep()
    {
        using var output = new StringWriter();
        var lines = new LineProgress(output, TimeProvider.System);

        lines.Report(Step(1));
        lines.Report(Step(2) with { Warnings = [new TrainingWarning("divergence", "It explodes; lower the rate."), new TrainingWarning("gradient norm", "It does too.")] });

        string[] warnings = [.. output.ToString().Split('\n').Where(line => line.Contains("arning", StringComparison.Ordinal)).Select(line => line.Trim())];
        Assert.Equal(["Warning, rank-grpo step 2, divergence: It explodes; lower the rate.", "Warning, rank-grpo step 2, gradient norm: It does too."], warnings);
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
