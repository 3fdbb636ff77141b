using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using static MLNet.ConvRec.Tests.Evaluation.EvaluationData;

namespace MLNet.ConvRec.Tests.Evaluation.Trec;

public sealed class TrecFilesTests : IDisposable
{
    private static readonly ItemReference AlienOfAnotherYear = new("Alien", 1981), Elsewhere = new("Amélie #1 / été", 2001);

    // What textbooks don't know: hits of another year, repeats, seen titles, lines that are no items, truth outside the catalog or twice.
    private static readonly Dialogue[] Dialogues =
    [
        Dialogue("a-1", [AlienOfAnotherYear, Heat]),
        Dialogue("a-2", [Heat, Elsewhere]),
        Dialogue("id with spaces-1", [Up], Up),
        Dialogue("c-1", [Solaris, Solaris, Alien]),
        Dialogue("without truth-1", []),
        Dialogue("without list-1", [Up]),
        .. Enumerable.Range(0, 40).Select(i => Dialogue($"more-{i}-1", [.. Random(i).Take(1 + (i % 3))], [.. Random(i).Skip(3).Take(i % 2)])),
    ];

    private static readonly RecommendationList[] Lists =
    [
        List("a-1", Unknown, Alien, Alien, Heat),
        List("a-2", null, Elsewhere, Heat, null, new ItemReference("HEAT", 1995)),
        List("id with spaces-1", Up, Alien),
        List("c-1", Solaris, Solaris, Alien),
        List("without truth-1", Heat),
        .. Enumerable.Range(0, 40).Select(i => List($"more-{i}-1", [.. Random(i + 1000), .. Random(i + 2000).Take(i % 4)])),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(EvaluationProtocol.FixedRanks)]
    [InlineData(EvaluationProtocol.PaperFiltered)]
    public void IndependentProgram_ReadsOurMetricsOffTheFiles(EvaluationProtocol protocol)
    {
        var options = new EvaluationOptions { Protocol = protocol, Cutoffs = [1, 2, 3, 5, 20] };
        var (run, qrels) = Write(options);
        var ours = RecommendationEvaluator.Evaluate("system", Lists, Dialogues, Shop, options);

        var textbook = Textbook(run, qrels, options.Cutoffs);

        foreach (var metric in options.Cutoffs.SelectMany(k => new[] { MetricNames.Recall(k), MetricNames.Ndcg(k) }))
        {
            var judged = Dialogues.Index().Where(entry => entry.Item.GroundTruth.Count > 0).ToArray();
            Assert.Equal(judged.Length, textbook[metric].Count);
            Assert.All(judged, entry => Assert.Equal(textbook[metric][Uri.EscapeDataString(entry.Item.Id)], ours.Values[metric][entry.Index], 1e-12));
            Assert.Equal(textbook[metric].Values.Average(), ours.Metrics[metric].Mean, 1e-12);
        }
    }

    [Fact]
    public void Files_AreLinesOfSixAndFourWords()
    {
        var (run, qrels) = Write(new());

        Assert.Equal(
            [
                "a-1 Q0 Nobody%20Made%20This%20%282001%29 1 4 a%20system",
                "a-1 Q0 Alien%20%281981%29 2 3 a%20system", // the true item that Alien (1979) hits
                "a-1 Q0 Alien%20%281979%29 3 2 a%20system",
                "a-1 Q0 Heat%20%281995%29 4 1 a%20system",
                "a-2 Q0 #rank1 1 5 a%20system",
            ],
            File.ReadLines(run).Take(5));
        Assert.Contains("id%20with%20spaces-1 Q0 Up%20%282009%29#rank1 1 2 a%20system", File.ReadLines(run)); // seen, so no hit
        Assert.Contains("c-1 0 Solaris%20%281972%29#true2 1", File.ReadLines(qrels));
        Assert.DoesNotContain(File.ReadLines(qrels), line => line.StartsWith("without%20truth", StringComparison.Ordinal));
    }

    [Fact]
    public void RunThatIsReadBack_NamesTheSameItems()
    {
        var (run, _) = Write(new());

        var read = TrecRun.Read(run);

        Assert.Equal(Lists.Select(list => list.Id), read.Select(list => list.Id));
        Assert.Equal(["", Elsewhere.Title, "Heat", "", "HEAT"], read[1].Recommendations.Select(line => line.Title));
        Assert.Equal([null, 2001, 1995, null, 1995], read[1].Recommendations.Select(line => line.Year));
        Assert.Equal(Lists[4..].SelectMany(Lines), read.Skip(4).SelectMany(Lines));

        static IEnumerable<(int, string, int?)> Lines(RecommendationList list) => list.Recommendations.Select(line => (line.Rank, line.Title, line.Year));
    }

    [Fact]
    public void RunOfOthers_IsRankedByItsScores()
    {
        var run = _folder.WithLines("others.run", "q1 Q0 Heat%20%281995%29 1 0.5 x", "", "q1\tQ0\tUp%20%282009%29\t2\t1e1\tx");

        Assert.Equal(["Up", "Heat"], TrecRun.Read(run)[0].Recommendations.Select(line => line.Title));
    }

    [Theory]
    [InlineData("q1 Q0 Up 1 1.5")]
    [InlineData("q1 Q0 Up first 1.5 x")]
    [InlineData("q1 Q0 Up 1 NaN x")]
    public void MalformedRun_IsRefusedWithFileAndLine(string line)
    {
        var run = _folder.WithLines("bad.run", "q1 Q0 Heat 1 2 x", line);

        Assert.StartsWith($"{run}, line 2: ", Assert.Throws<InvalidDataException>(() => TrecRun.Read(run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListOfNoDialogue_LeavesNoFile()
    {
        var run = _folder.PathOf("stranger.run");

        Assert.Throws<InvalidDataException>(() => TrecRun.Write(run, "x", [List("z-9", Up)], Dialogues, Shop));

        Assert.False(File.Exists(run));
    }

    private static ItemReference[] Random(int seed)
    {
        ItemReference[] items = [Alien, Heat, Up, Solaris, Unknown];
        new Random(seed).Shuffle(items);
        return items;
    }

    private static Dictionary<string, Dictionary<string, double>> Textbook(string run, string qrels, IReadOnlyList<int> depths)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Evaluation", "Trec", "trec_metrics.py"), run, qrels, .. depths.Select(k => k.ToString(CultureInfo.InvariantCulture))];
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true });
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no python3 on the path.");
        }

        using (process)
        {
            var output = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(output)!;
        }
    }

    private (string Run, string Qrels) Write(EvaluationOptions options)
    {
        var (run, qrels) = (_folder.PathOf("system.run"), _folder.PathOf("qrels"));
        TrecRun.Write(run, "a system", Lists, Dialogues, Shop, options);
        TrecQrels.Write(qrels, Dialogues);
        return (run, qrels);
    }
}
