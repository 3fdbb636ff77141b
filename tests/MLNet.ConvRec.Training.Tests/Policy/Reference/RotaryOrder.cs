using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>The order of the rows of a query or key projection.</summary>
internal static class RotaryOrder
{
    /// <summary>Moves the two rows of each rotated pair, which stand half a head apart, beside each other.</summary>
    public static float[] Interleave(float[] values, PolicyConfig config)
    {
        var (width, half) = (config.HiddenSize, config.HeadSize / 2);
        var turned = new float[values.Length];
        for (var row = 0; row < values.Length / width; row++)
        {
            var (head, place) = Math.DivRem(row, config.HeadSize);
            var (side, pair) = Math.DivRem(place, half);
            var target = (head * config.HeadSize) + (2 * pair) + side;
            values.AsSpan(row * width, width).CopyTo(turned.AsSpan(target * width));
        }

        return turned;
    }
}
