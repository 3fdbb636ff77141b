using MLNet.ConvRec.Evaluation;

namespace MLNet.ConvRec.Tests.Evaluation.Tables;

public class EvaluationTableTests
{
    private static readonly SystemMetrics[] Systems =
    [
        new()
        {
            Name = "teacher",
            Note = "simulated",
            Metrics = new Dictionary<string, Estimate> { ["recall@1"] = new(0.12345, 0.1, 0.2), ["coverage"] = new(0.5, null, null) },
        },
        new() { Name = "sft", Metrics = new Dictionary<string, Estimate> { ["recall@1"] = new(0.25, 0.2, 0.3) } },
    ];

    [Fact]
    public void Text_AlignsMeansAboveTheirIntervals()
    {
        const string Expected =
            """
                              recall@1  coverage
            teacher             0.1235    0.5000
              simulated  0.1000-0.2000
            sft                 0.2500         -
                         0.2000-0.3000

            """;

        Assert.Equal(Expected, EvaluationTable.Render(Systems, EvaluationTableStyle.Text, ["recall@1", "coverage"]));
    }

    [Fact]
    public void Markdown_HasOneRowPerSystem()
    {
        const string Expected =
            """
            |  | recall@1 | coverage |
            | --- | ---: | ---: |
            | teacher (simulated) | 0.1235 (0.1000-0.2000) | 0.5000 |
            | sft | 0.2500 (0.2000-0.3000) | - |

            """;

        Assert.Equal(Expected, EvaluationTable.Render(Systems, EvaluationTableStyle.Markdown, ["recall@1", "coverage"]));
    }

    [Fact]
    public void DefaultColumns_AreThoseOfTheRoad() =>
        Assert.Contains(
            "| recall@1 | recall@5 | recall@10 | recall@20 | ndcg@20 | inCatalog | repeats |",
            EvaluationTable.Render(Systems, EvaluationTableStyle.Markdown),
            StringComparison.Ordinal);
}
