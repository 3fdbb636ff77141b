using System.Security.Cryptography;
using System.Text;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using QuickStart.World;

namespace MLNet.ConvRec.Tests.Samples;

public sealed class SeekerWorldTests
{
    private static readonly ItemCatalog Catalog = EmbeddedFilms.Shop();
    private static readonly SeekerWorldOptions Small = new() { TrainCount = 300, ValidCount = 30, TestCount = 60 };
    private static readonly SeekerWorld World = SeekerWorld.Create(Catalog, 1, Small);

    private static IEnumerable<Dialogue> Everything => [.. World.Train, .. World.Valid, .. World.Test];

    [Fact]
    public void Seed1_KeepsItsBytesOnEveryMachine()
    {
        var text = string.Join('\n', Everything.Select(Written));

        // Changed phrases or films change it, and with it every number that was ever reported for the sample.
        Assert.Equal("BF99D934DC145440", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }

    [Fact]
    public void OtherSeed_GivesOtherDialogues()
    {
        var other = SeekerWorld.Create(Catalog, 2, Small);

        Assert.DoesNotContain(World.Train.Zip(other.Train), pair => Written(pair.First) == Written(pair.Second));
    }

    [Fact]
    public void SmallerSplit_IsTheBeginningOfALargerOne()
    {
        var smaller = SeekerWorld.Create(Catalog, 1, Small with { TrainCount = 20 });

        Assert.Equal(World.Train.Take(20).Select(Written), smaller.Train.Select(Written));
    }

    [Fact]
    public void Turns_AlternateAndEndWithTheSeeker() => Assert.All(Everything, dialogue =>
    {
        Assert.Equal(1, dialogue.Turns.Count % 2);
        Assert.All(dialogue.Turns.Index(), turn => Assert.Equal(turn.Index % 2 == 0 ? Role.User : Role.Assistant, turn.Item.Role));
        Assert.All(dialogue.Turns, turn => Assert.False(string.IsNullOrWhiteSpace(turn.Text)));
        Assert.DoesNotContain(dialogue.Turns, turn => turn.Text.Contains('{', StringComparison.Ordinal));
    });

    [Fact]
    public void Seen_IsWhatTheTextNames() => Assert.All(Everything, dialogue =>
    {
        var text = string.Join('\n', dialogue.Turns.Select(turn => turn.Text));
        Assert.All(dialogue.Seen!, film => Assert.Contains(film.ToString(), text, StringComparison.Ordinal));
        Assert.InRange(dialogue.Seen!.Count, 1, 3);
    });

    [Fact]
    public void GroundTruth_IsInTheCatalogAndNotOfASeenTitle() => Assert.All(Everything, dialogue =>
    {
        var seen = Catalog.IndicesOf(dialogue.Seen!);
        Assert.InRange(dialogue.GroundTruth.Count, 1, 3);
        Assert.All(dialogue.GroundTruth, film => Assert.True(Catalog.IndexOf(film) >= 0));
        Assert.All(dialogue.GroundTruth, film => Assert.DoesNotContain(Catalog.IndexOf(film), seen));
        Assert.Equal(dialogue.GroundTruth.Count, dialogue.GroundTruth.DistinctBy(film => film.Title).Count());
    });

    [Fact]
    public void Conversations_AreOfOneSplitEach() =>
        Assert.Equal(390, Everything.Select(dialogue => dialogue.ConversationId).Distinct().Count());

    [Fact]
    public void Liking_IsSharedBySeekersAndUnlikePopularity()
    {
        var world = SeekerWorld.Create(Catalog, 1, Small with { TrainCount = 1200, TestCount = 600 });
        var (train, test) = (Chosen(world.Train), Chosen(world.Test));
        var popularity = Catalog.Items.Select(film => film.Popularity!.Value).ToArray();

        Assert.True(Correlation(train, test) > 0.8);
        Assert.InRange(Correlation(test, popularity), -0.25, 0.25);
    }

    [Fact]
    public void Catalog_WithoutGenres_IsRefused()
    {
        var plain = ItemCatalog.Create(Catalog.Items.Select(film => film with { Genres = [] }));

        var refusal = Assert.Throws<ArgumentException>(() => SeekerWorld.Create(plain, 1));
        Assert.Contains("genres", refusal.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> BadOptions => ["TrainCount", "LikingSpread", "SecondTastePercent", "FewestFilmsOfTaste"];

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void OptionOutOfRange_IsNamed(string option)
    {
        var bad = option switch
        {
            "TrainCount" => new SeekerWorldOptions { TrainCount = 0 },
            "LikingSpread" => new SeekerWorldOptions { LikingSpread = double.NaN },
            "SecondTastePercent" => new SeekerWorldOptions { SecondTastePercent = 101 },
            _ => new SeekerWorldOptions { FewestFilmsOfTaste = 5 },
        };

        Assert.Contains(option, Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    private static string Written(Dialogue dialogue)
    {
        var said = dialogue.Turns.Select(turn => $"{turn.Role}: {turn.Text}");
        var films = dialogue.Seen!.Concat(dialogue.GroundTruth).Select(film => film.ToString());
        return string.Join('|', [dialogue.Id, .. said, .. films]);
    }

    private static double[] Chosen(IReadOnlyList<Dialogue> dialogues)
    {
        var counts = new double[Catalog.Count];
        foreach (var film in dialogues.SelectMany(dialogue => dialogue.GroundTruth))
            counts[Catalog.IndexOf(film)]++;
        return counts;
    }

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var shared = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return shared / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
