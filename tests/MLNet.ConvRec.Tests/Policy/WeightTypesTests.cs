using System.Runtime.InteropServices;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy;

public sealed class WeightTypesTests
{
    [Fact]
    public void EveryHalf_SurvivesWideningAndNarrowing()
    {
        foreach (var type in new[] { WeightType.Float16, WeightType.BFloat16 })
        {
            ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
            var (wide, narrow) = (new float[all.Length], new ushort[all.Length]);

            WeightTypes.Widen(MemoryMarshal.AsBytes(all.AsSpan()), type, wide);
            WeightTypes.Narrow(wide, type, MemoryMarshal.AsBytes(narrow.AsSpan()));

            for (var i = 0; i < all.Length; i++)
                Assert.True(all[i] == narrow[i] || (float.IsNaN(wide[i]) && IsNaN(type, narrow[i])), $"{type} {all[i]:X4} became {narrow[i]:X4}");
        }
    }

    [Theory]
    [InlineData("float16", 1 + (1 / 2048f), 1)]
    [InlineData("float16", 1 + (3 / 2048f), 1 + (2 / 1024f))]
    [InlineData("float16", 65519.99f, 65504)]
    [InlineData("float16", 65520f, float.PositiveInfinity)]
    [InlineData("float16", 2.9802322E-08f, 0)]
    [InlineData("float16", 2.9802326E-08f, 5.9604645E-08f)]
    [InlineData("bfloat16", 1 + (1 / 256f), 1)]
    [InlineData("bfloat16", 1 + (3 / 256f), 1 + (2 / 128f))]
    [InlineData("bfloat16", 1.0039064f, 1.0078125f)]
    [InlineData("bfloat16", -1.0039064f, -1.0078125f)]
    [InlineData("bfloat16", float.MaxValue, float.PositiveInfinity)]
    [InlineData("bfloat16", float.NegativeInfinity, float.NegativeInfinity)]
    public void Narrowing_RoundsToTheNearestAndTiesToEven(string typeName, float value, float expected)
    {
        var type = WeightType.OfConfigName(typeName)!.Value;
        var (stored, read) = (new byte[2], new float[1]);

        WeightTypes.Narrow([value], type, stored);
        WeightTypes.Widen(stored, type, read);

        Assert.Equal(expected, read[0]);
    }

    [Theory]
    [InlineData(0x7F800001u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FC00000u)]
    public void NotANumber_StaysSo(uint bits)
    {
        foreach (var type in new[] { WeightType.Float16, WeightType.BFloat16 })
        {
            var stored = new byte[2];

            WeightTypes.Narrow([BitConverter.UInt32BitsToSingle(bits)], type, stored);

            Assert.True(IsNaN(type, BitConverter.ToUInt16(stored)));
        }
    }

    [Fact]
    public void BFloat16_IsTheNearestOfItsNeighbours()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (!float.IsFinite(value))
                continue;
            var (stored, read) = (new byte[2], new float[1]);
            WeightTypes.Narrow([value], WeightType.BFloat16, stored);
            WeightTypes.Widen(stored, WeightType.BFloat16, read);
            var below = (double)BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000);
            var above = below + ((value < 0 ? -1 : 1) * Math.ScaleB(1, Math.Max(Exponent(value), -126) - 7));

            var best = Math.Min(Math.Abs(value - below), Math.Abs(above - value));

            Assert.True(float.IsInfinity(read[0]) ? Math.Abs(value) > 3.38e38f : Math.Abs(value - (double)read[0]) == best, $"{value:R} became {read[0]:R}");
        }
    }

    private static int Exponent(float value) => value == 0 ? -126 : Math.ILogB(value);

    private static bool IsNaN(WeightType type, ushort stored) => type == WeightType.Float16
        ? Half.IsNaN(BitConverter.UInt16BitsToHalf(stored))
        : float.IsNaN(BitConverter.UInt32BitsToSingle((uint)stored << 16));
}
