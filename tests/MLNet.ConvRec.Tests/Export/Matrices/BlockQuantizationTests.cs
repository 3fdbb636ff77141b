using MLNet.ConvRec.Export.Matrices;

namespace MLNet.ConvRec.Tests.Export.Matrices;

public sealed class BlockQuantizationTests
{
    [Fact]
    public void FourBits_ByHand()
    {
        // One row of 34: a block whose largest magnitude is 7, so that a step is 1, and one of 2 values with a step of 0.5.
        float[] row = [-7, 7, 1.4f, -1.6f, .. new float[28], 3.5f, -0.3f];
        row = [.. row[..32], 3.5f, -0.3f];

        var matrix = BlockQuantization.Of(row, columns: 34, bits: 4);

        Assert.Equal([1f, 0.5f], matrix.Scales);
        Assert.Equal(32, matrix.Codes.Length);
        Assert.Equal([0xF1, 0x69, 0x88], matrix.Codes[..3]); // 8 is zero: 1 and 15, 9 and 6, 8 and 8
        Assert.Equal([0x7F, 0x88], matrix.Codes[16..18]); // 15 and 7, then padding
    }

    [Fact]
    public void EightBits_ByHand()
    {
        var matrix = BlockQuantization.Of([-127, 63.6f, .. new float[30]], columns: 32, bits: 8);

        Assert.Equal([1f], matrix.Scales);
        Assert.Equal([1, 192, 128], matrix.Codes[..3]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void DequantizedValues_AreWithinHalfAStep(int bits)
    {
        var random = new Random(5);
        const int Rows = 7, Columns = 80;
        float[] values = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-6, 3)))];
        Array.Clear(values, 0, 32);

        var matrix = BlockQuantization.Of(values, Columns, bits);

        var read = DequantizedPolicy.Values(matrix, Rows, Columns, bits);
        for (var i = 0; i < values.Length; i++)
        {
            var step = matrix.Scales[(i / Columns * 3) + (i % Columns / 32)];
            Assert.InRange(Math.Abs(read[i] - values[i]), 0, step * 0.50001f);
        }

        Assert.All(read[..32], value => Assert.Equal(0, value));
        Assert.NotEqual(values, read);
    }
}
