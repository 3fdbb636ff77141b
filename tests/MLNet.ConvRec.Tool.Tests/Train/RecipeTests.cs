using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tool.Train;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Tool.Tests.Train;

/// <summary>What the options make of a recipe.</summary>
public sealed class RecipeTests
{
    private const int RealCatalog = 6000;

    private static TrainOptions Options { get; } = new() { Catalog = "c", Train = "t", Output = "o" };

    [Fact]
    public void RealCatalog_IsImitatedSoftly_AndReinforcedWhereItIsHeldOut()
    {
        var recipe = Options.RecipeFor(RealCatalog);

        Assert.Equal((ImitationTarget.FirstLine, ListDecoding.First), (recipe.Sft.Imitation, recipe.Sft.Decoding));
        Assert.Equal((RolloutDistribution.FirstLine, ListDecoding.First, ListDecoding.First), (recipe.RankGrpo.Rollouts, recipe.RankGrpo.Decoding, recipe.RankGrpo.ValidationDecoding));
        Assert.Equal(1, recipe.Demonstrations.Share + recipe.Demonstrations.HeldOut, 1e-9);
        Assert.True(recipe.IsInformed && recipe.Demonstrations.HeldOut > 0);
        recipe.Demonstrations.Validate();
        recipe.Sft.Validate();
        recipe.RankGrpo.Validate();
    }

    [Theory]
    [InlineData(null, 500)]
    [InlineData("paper", RealCatalog)]
    public void SmallCatalogAndThePapersWay_ImitateListsLineByLine(string? name, int count)
    {
        var recipe = (Options with { Recipe = name }).RecipeFor(count);

        Assert.Equal((ImitationTarget.List, ListDecoding.Lines), (recipe.Sft.Imitation, recipe.Sft.Decoding));
        Assert.Equal((RolloutDistribution.Lines, ListDecoding.Lines, ListDecoding.Lines), (recipe.RankGrpo.Rollouts, recipe.RankGrpo.Decoding, recipe.RankGrpo.ValidationDecoding));
        Assert.Equal((0.25, 0.0, false), (recipe.Demonstrations.Share, recipe.Demonstrations.HeldOut, recipe.IsInformed));
    }

    // share and held-out as given, whether reinforcement follows, and what becomes of them.
    [Theory]
    [InlineData(null, null, true, 0.9, 0.1)]
    [InlineData(1.0, null, true, 1.0, 0.0)]
    [InlineData(0.5, null, true, 0.5, 0.1)]
    [InlineData(null, 0.25, true, 0.75, 0.25)]
    [InlineData(null, null, false, 1.0, 0.0)]
    [InlineData(null, 0.25, false, 0.75, 0.25)]
    public void NothingIsHeldOut_WhereNobodyWouldMeetIt(double? share, double? heldOut, bool isReinforced, double expectedShare, double expectedHeldOut)
    {
        var options = Options with
        {
            Stages = isReinforced ? TrainStages.All : TrainStages.Demonstrations | TrainStages.Sft,
            Imitation = new ImitationOptions { Share = share, HeldOut = heldOut },
        };

        var building = options.RecipeFor(RealCatalog).Demonstrations;

        Assert.Equal(expectedShare, building.Share, 1e-9);
        Assert.Equal(expectedHeldOut, building.HeldOut, 1e-9);
        building.Validate();
    }

    [Fact]
    public void ListsInPlaceOfScores_AreWrittenAndSampledLineByLine()
    {
        var recipe = (Options with { Imitation = new ImitationOptions { Target = ImitationTarget.List, IsWholeText = false } }).RecipeFor(RealCatalog);

        Assert.Equal((ListDecoding.Lines, RolloutDistribution.Lines), (recipe.Sft.Decoding, recipe.RankGrpo.Rollouts));
        Assert.False(recipe.Demonstrations.AreAllTurnsCopied);
    }

    [Fact]
    public void FreeSampling_IsLineByLine() =>
        (Options with { Reinforcement = new ReinforcementOptions { IsFree = true } }).RecipeFor(RealCatalog).RankGrpo.Validate();

    [Fact]
    public void TemperatureOfAList_IsRefused()
    {
        var options = Options with { Imitation = new ImitationOptions { Temperature = 2 } };

        Assert.Equal(2, options.RecipeFor(RealCatalog).Sft.ImitationTemperature);
        Assert.Contains("--imitate-temperature 2 is of scores, and the recipe imitates lists", Assert.Throws<ArgumentException>(() => options.RecipeFor(500)).Message, StringComparison.Ordinal);
    }
}
