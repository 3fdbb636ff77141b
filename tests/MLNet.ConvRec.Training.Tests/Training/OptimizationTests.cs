using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests;

[Collection<Alone>]
public class OptimizationTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.05)]
    public void TenSteps_AreThoseOfTorchSharpsAdamW(double weightDecay)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var ours = new Line();
        using var theirs = new Line();
        using var optimization = new Optimization(ours, 0.9, 0.99, weightDecay, clip: 1);
        using var reference = optim.AdamW(
            [
                new AdamW.ParamGroup([theirs.Matrix], new AdamW.Options { weight_decay = weightDecay }),
                new AdamW.ParamGroup([theirs.Bias], new AdamW.Options { weight_decay = 0 }),
            ],
            lr: 1, 0.9, 0.99);

        for (var step = 0; step < 10; step++)
        {
            var rate = 0.1 / (step + 1);
            optimization.ZeroGradient();
            ours.Loss(step).backward();
            var norm = optimization.Step(rate);

            reference.zero_grad();
            theirs.Loss(step).backward();
            var expectedNorm = nn.utils.clip_grad_norm_([theirs.Matrix, theirs.Bias], 1);
            foreach (var group in reference.ParamGroups)
                group.LearningRate = rate;
            reference.step();

            Assert.Equal(expectedNorm, norm, 1e-5);
            Assert.Equal(theirs.Matrix.data<float>().ToArray(), ours.Matrix.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal(theirs.Bias.data<float>().ToArray(), ours.Bias.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Theory]
    [InlineData(0.3, false)]
    [InlineData(0.3, true)]
    [InlineData(0.7, false)]
    [InlineData(0.7, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    public void Clipping_IsTorchSharps_BitByBit(double clip, bool isWhole)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var ours = new Line();
        using var theirs = new Line();
        Parameter[] clipped = isWhole ? [theirs.Matrix, theirs.Bias] : [theirs.Matrix];
        using var optimization = new Optimization(ours.named_parameters().Where(entry => isWhole || entry.name == "matrix"), 0.9, 0.99, 0, clip);
        ours.Loss(2).backward();
        theirs.Loss(2).backward();

        Assert.Equal(nn.utils.clip_grad_norm_(clipped, clip), optimization.Step(0.1));
        Assert.Equal(theirs.Matrix.grad!.data<float>().ToArray(), ours.Matrix.grad!.data<float>().ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void AGradientThatIsNoNumber_ChangesNothing(float value)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var line = new Line();
        using var optimization = new Optimization(line, 0.9, 0.99, 0.05, clip: 1);
        line.Loss(0).backward();
        optimization.Step(0.1);
        var before = State();
        line.Matrix.grad!.fill_(value);

        Assert.Contains("norm became", Assert.Throws<NotFiniteException>(() => optimization.Step(0.1)).Message, StringComparison.Ordinal);
        Assert.Equal(before, State());
        Assert.Equal(1, optimization.StepsDone);

        float[] State() => [.. line.parameters().Concat(optimization.Moments.Select(entry => entry.Moment)).SelectMany(tensor => tensor.detach().reshape(-1).data<float>().ToArray())];
    }

    private sealed class Line : nn.Module
    {
        public Line()
            : base(nameof(Line))
        {
            Matrix = new Parameter(tensor(new float[] { 1, -2, 3, 0.5f }, 2, 2));
            Bias = new Parameter(tensor(new float[] { 0.1f, -0.1f }));
            register_parameter("matrix", Matrix);
            register_parameter("bias", Bias);
        }

        public Parameter Matrix { get; }

        public Parameter Bias { get; }

        // Its gradient is above 1 at first, so that clipping takes part, and below it later.
        public Tensor Loss(int step)
        {
            var x = tensor(new float[] { 1, step, 0.5f, -1 }, 2, 2);
            return (x.mm(Matrix) + Bias).tanh().sum() * (3.0 / (1 + step * step));
        }
    }
}
