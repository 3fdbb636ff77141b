using System.Text.Json;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Demonstrations.Counts;
using MLNet.ConvRec.Demonstrations.Reflect;
using MLNet.ConvRec.Demonstrations.Remap;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class DemonstrationsGoldenTests
{
    // Worked by hand for where there are no golden files: one named line, one unnamed, judge and weights on.
    private const string Own = """
        [{"listed":[{"exact":1,"similarity":[0.5,1,0]},{"exact":null,"similarity":[0,0,0.4]}],"conversationSimilarity":[0.1,0,0.2],
          "lambda":1,"gamma":0.5,"ratingScale":2,"candidates":2,"judged":[1,0],"ratings":[-2,1],"weight":[1,0.5,2],"bias":[0,0.1,-0.2],
          "remap":[0.6,2,0.482842712474619],"reflect":[0.85,1.5,0.482842712474619],"final":[0.85,0.85,0.765685424949238],"ranking":[0,1,2]}]
        """;

    public static TheoryData<string> Cases
    {
        get
        {
            var golden = GoldenFiles.Cases("demonstrations.json");
            return [.. (golden.Length > 0 ? golden : [.. JsonElement.Parse(Own).EnumerateArray()]).Select(example => example.GetRawText())];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_GiveTheGoldenScores(string text)
    {
        var example = JsonElement.Parse(text);
        var items = Numbers(example, "remap").Length;

        var remap = RemapStep.Score(
            [.. example.GetProperty("listed").EnumerateArray().Select(Line)],
            Sparse(Numbers(example, "conversationSimilarity")),
            example.GetProperty("lambda").GetDouble(),
            items);
        var judged = TopItems.Of(remap, example.GetProperty("candidates").GetInt32());
        var (gamma, ratingScale) = (example.GetProperty("gamma").GetDouble(), example.GetProperty("ratingScale").GetDouble());
        var reflect = ReflectStep.Apply(remap, judged, Numbers(example, "ratings"), gamma, ratingScale);
        var final = AdjustStep.Apply(reflect, Numbers(example, "weight"), Numbers(example, "bias"));

        AssertNear(Numbers(example, "remap"), remap);
        Assert.Equal(example.GetProperty("judged").EnumerateArray().Select(item => item.GetInt32()), judged);
        AssertNear(Numbers(example, "reflect"), reflect);
        AssertNear(Numbers(example, "final"), final);
        Assert.Equal(example.GetProperty("ranking").EnumerateArray().Select(item => item.GetInt32()), TopItems.Of(final, items));
    }

    [Fact]
    public void Remap_OfAnotherRank_IsNotTheGoldenScore()
    {
        var line = new ListedLine(0, new SparseScores([0], [1]));

        var second = RemapStep.Score([new ListedLine(null, SparseScores.Empty), line], SparseScores.Empty, 1, 1);

        Assert.Equal(2 / Math.Sqrt(2), second[0], 1e-12);
        Assert.NotEqual(RemapStep.Score([line], SparseScores.Empty, 1, 1)[0], second[0], 1e-9);
    }

    private static ListedLine Line(JsonElement line)
    {
        var exact = line.GetProperty("exact");
        return new ListedLine(exact.ValueKind == JsonValueKind.Null ? null : exact.GetInt32(), Sparse(Numbers(line, "similarity")));
    }

    private static SparseScores Sparse(double[] scores) => new([.. Enumerable.Range(0, scores.Length)], scores);

    private static double[] Numbers(JsonElement example, string name) =>
        [.. example.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static void AssertNear(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-9);
    }
}
