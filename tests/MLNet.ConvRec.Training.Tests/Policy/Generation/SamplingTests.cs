using MLNet.ConvRec.Policy.Generation;

namespace MLNet.ConvRec.Training.Tests.Policy.Generation;

public class SamplingTests
{
    private static readonly (ulong, ulong) Key = (7, 1);

    [Theory]
    [InlineData(5, 1.0)]
    [InlineData(300, 1.0)]
    [InlineData(300, 0.7)]
    [InlineData(50_000, 1.0)]
    public void Draws_FollowTheSoftmax(int count, double temperature)
    {
        var random = new Random(count);
        float[] logits = [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 4))];
        var weights = Array.ConvertAll(logits, logit => Math.Exp(logit / temperature));
        var total = weights.Sum();
        const int Draws = 4000, Cells = 20;
        var (seen, expected) = (new double[Cells], new double[Cells]);
        for (var i = 0; i < count; i++)
            expected[i * (long)Cells / count] += Draws * weights[i] / total;

        for (var draw = 0; draw < Draws; draw++)
        {
            var (index, logProbability, kept) = new Sampling(temperature, 3).Choose(logits.AsSpan().ToArray(), Key, draw);
            seen[index * (long)Cells / count]++;
            Assert.Equal(Math.Log(weights[index] / total), logProbability, 1e-4);
            Assert.Null(kept);
        }

        var chiSquare = Enumerable.Range(0, Cells).Where(cell => expected[cell] > 0).Sum(cell => Math.Pow(seen[cell] - expected[cell], 2) / expected[cell]);
        Assert.InRange(chiSquare, 0, 43.8); // the 0.1% point for 19 degrees of freedom
    }

    [Fact]
    public void ForbiddenCandidates_AreNeverDrawn()
    {
        float[] logits = [.. Enumerable.Range(0, 200).Select(i => i % 3 == 0 ? float.NegativeInfinity : 0f)];
        for (var draw = 0; draw < 2000; draw++)
            Assert.NotEqual(0, new Sampling(1, 5).Choose(logits.AsSpan().ToArray(), Key, draw).Index % 3);
    }

    [Fact]
    public void Greedy_TakesTheFirstOfTheBest_WithItsLogProbability()
    {
        float[] logits = [1, 3, 3, float.NegativeInfinity];

        var (index, logProbability, _) = Sampling.Greedy.Choose(logits, Key, 0);

        Assert.Equal(1, index);
        Assert.Equal(-Math.Log(2 + Math.Exp(-2)), logProbability, 5);
    }

    [Theory]
    [InlineData(0.4, new[] { 3 })]
    [InlineData(0.5, new[] { 1, 3 })]
    [InlineData(0.75, new[] { 1, 2, 3 })]
    [InlineData(0.05, new[] { 3 })]
    public void Nucleus_HoldsTheFewestThatReachTheProbability_TheFirstOfEqualOnes(double probability, int[] expected) =>
        Assert.Equal(expected, Nucleus.Of([0.1f, 0.2f, 0.2f, 0.45f, 0, 0.05f], probability));

    [Fact]
    public void Nucleus_OfAll_IsNone() => Assert.Null(Nucleus.Of([0.1f, 0.2f, 0.2f, 0.45f, 0, 0.05f], 0.96));

    [Fact]
    public void Nucleus_IsAsByFullSorting()
    {
        var random = new Random(2);
        for (var trial = 0; trial < 200; trial++)
        {
            float[] weights = [.. Enumerable.Range(0, 1 + random.Next(300)).Select(_ => random.Next(5) == 0 ? 0.25f : (float)Math.Exp(6 * random.NextDouble()))];
            var probability = 0.01 + (0.98 * random.NextDouble());
            var target = probability * weights.Sum(weight => (double)weight);
            var sum = 0.0;
            int[] expected = [.. Enumerable.Range(0, weights.Length).OrderByDescending(i => weights[i]).TakeWhile(i => (sum += weights[i]) - weights[i] < target).Order()];

            Assert.Equal(expected, Nucleus.Of(weights, probability) ?? [.. Enumerable.Range(0, weights.Length)]);
        }
    }

    [Fact]
    public void TopP_DrawsFromTheNucleusAlone_AndRenormalises()
    {
        float[] logits = [MathF.Log(0.1f), MathF.Log(0.2f), MathF.Log(0.25f), MathF.Log(0.45f)];
        for (var draw = 0; draw < 500; draw++)
        {
            var (index, logProbability, kept) = (new Sampling(1, 9) { TopP = 0.6 }).Choose(logits.AsSpan().ToArray(), Key, draw);
            Assert.NotNull(kept);
            Assert.Equal([2, 3], kept);
            Assert.Contains(index, kept);
            Assert.Equal(Math.Log(index == 3 ? 0.45 / 0.7 : 0.25 / 0.7), logProbability, 5);
        }
    }
}
