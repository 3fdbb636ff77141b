using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Adjust;

namespace MLNet.ConvRec.Tests.Demonstrations.Adjust;

public sealed class LimitedMemoryBfgsTests
{
    [Fact]
    public void Minimize_OfALongValley_FindsItsEnd()
    {
        var (point, _, converged) = LimitedMemoryBfgs.Minimize(Valley, [5, -3, 2], _ => { }, 1e-9, 200);

        Assert.True(converged);
        Assert.Equal([1, 2, 3], point.Select(x => Math.Round(x, 5)));
    }

    [Fact]
    public void Minimize_WithTheInverseHessian_TakesOneStep()
    {
        double[] curvature = [2, 200, 20_000];

        var (_, iterations, _) = LimitedMemoryBfgs.Minimize(Valley, [5, -3, 2], vector => Divide(vector, curvature), 1e-9, 200);

        Assert.Equal(1, iterations);
    }

    [Fact]
    public void Minimize_EndedEarly_SaysSo()
    {
        var (_, iterations, converged) = LimitedMemoryBfgs.Minimize(Valley, [5, -3, 2], _ => { }, 1e-9, 2);

        Assert.Equal(2, iterations);
        Assert.False(converged);
    }

    private static double Valley(double[] point, double[] gradient)
    {
        var value = 0.0;
        for (var (i, steepness) = (0, 1.0); i < 3; i++, steepness *= 100)
        {
            var distance = point[i] - (i + 1);
            gradient[i] = 2 * steepness * distance;
            value += steepness * distance * distance;
        }

        return value;
    }

    private static void Divide(double[] vector, double[] by)
    {
        for (var i = 0; i < vector.Length; i++)
            vector[i] /= by[i];
    }
}
