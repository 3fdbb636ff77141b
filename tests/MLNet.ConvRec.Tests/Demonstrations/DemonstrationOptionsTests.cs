using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Reading;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Demonstrations;

public sealed class DemonstrationOptionsTests
{
    private static readonly Dialogue[] Train = SmallWorld.Train(14);

    public static TheoryData<string, DemonstrationOptions> Invalid => new()
    {
        { nameof(DemonstrationOptions.Steps), new() { Steps = (DemonstrationSteps)8 } },
        { nameof(DemonstrationOptions.Lambda), new() { Lambda = -1 } },
        { nameof(DemonstrationOptions.Gamma), new() { Gamma = double.NaN } },
        { nameof(DemonstrationOptions.RatingScale), new() { RatingScale = 0 } },
        { nameof(DemonstrationOptions.Candidates), new() { Candidates = 0 } },
        { nameof(DemonstrationOptions.Share), new() { Share = 1.5 } },
        { nameof(DemonstrationOptions.HeldOut), new() { HeldOut = 0.5, Share = 0.6 } },
        { nameof(DemonstrationOptions.FitShare), new() { FitShare = 0 } },
        { nameof(DemonstrationOptions.ListLength), new() { ListLength = 0 } },
        { nameof(DemonstrationOptions.Neighbours), new() { Neighbours = 0 } },
        { nameof(DemonstrationOptions.Similarity), new() { Similarity = new() { LineText = -1 } } },
        { nameof(DemonstrationOptions.Similarity), new() { Similarity = new() { ConversationWords = double.NaN } } },
        { nameof(DemonstrationOptions.Regularization), new() { Regularization = 0 } },
        { nameof(DemonstrationOptions.Tolerance), new() { Tolerance = 0 } },
        { nameof(DemonstrationOptions.MaxIterations), new() { MaxIterations = 0 } },
        { nameof(DemonstrationOptions.Folds), new() { Folds = 1 } },
        { nameof(DemonstrationOptions.Substitutions), new() { Substitutions = -1 } },
        { nameof(DemonstrationOptions.Concurrency), new() { Concurrency = 0 } },
    };

    // Concurrency changes nothing by design; Substitutions and AreAllTurnsCopied are ItemSubstitution's, and tested there.
    public static TheoryData<string, DemonstrationOptions> Changed => new()
    {
        { nameof(DemonstrationOptions.Steps), new() { Steps = DemonstrationSteps.Remap } },
        { nameof(DemonstrationOptions.Lambda), new() { Lambda = 0 } },
        { nameof(DemonstrationOptions.Gamma), new() { Gamma = 2 } },
        { nameof(DemonstrationOptions.RatingScale), new() { RatingScale = 7 } },
        { nameof(DemonstrationOptions.Candidates), new() { Candidates = 3 } },
        { nameof(DemonstrationOptions.Share), new() { Share = 0.9 } },
        { nameof(DemonstrationOptions.HeldOut), new() { HeldOut = 0.4 } },
        { nameof(DemonstrationOptions.FitShare), new() { FitShare = 0.5 } },
        { nameof(DemonstrationOptions.ListLength), new() { ListLength = 5 } },
        { nameof(DemonstrationOptions.Neighbours), new() { Neighbours = 2 } },
        { nameof(DemonstrationOptions.Similarity), new() { Similarity = new() { ConversationText = 1 } } },
        { nameof(DemonstrationOptions.Regularization), new() { Regularization = 1 } },
        { nameof(DemonstrationOptions.Tolerance), new() { Tolerance = 0.9 } },
        { nameof(DemonstrationOptions.MaxIterations), new() { MaxIterations = 1 } },
        { nameof(DemonstrationOptions.Folds), new() { Folds = 2 } },
        { nameof(DemonstrationOptions.Seed), new() { Seed = 1 } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Option_OutOfRange_IsNamed(string name, DemonstrationOptions options)
    {
        var problem = Assert.Throws<ArgumentException>(options.Validate);

        Assert.Contains($"DemonstrationOptions.{name} is ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Changed))]
    public async Task Option_OfAnotherValue_ChangesSomething(string name, DemonstrationOptions options)
    {
        Assert.NotEqual(await Outcome(new DemonstrationOptions()), await Outcome(options));
        Assert.NotEmpty(name);
    }

    [Fact]
    public async Task Concurrency_ChangesNothing() =>
        Assert.Equal(await Outcome(new DemonstrationOptions()), await Outcome(new DemonstrationOptions { Concurrency = 1 }));

    [Theory]
    [InlineData(nameof(WorldTeacherOptions.ListLength))]
    [InlineData(nameof(WorldTeacherOptions.RatingWeight))]
    [InlineData(nameof(WorldTeacherOptions.Noise))]
    [InlineData(nameof(WorldTeacherOptions.ProseRate))]
    public void WorldOption_OutOfRange_IsNamed(string name)
    {
        var options = name switch
        {
            nameof(WorldTeacherOptions.ListLength) => new WorldTeacherOptions { ListLength = 0 },
            nameof(WorldTeacherOptions.RatingWeight) => new WorldTeacherOptions { RatingWeight = -1 },
            nameof(WorldTeacherOptions.Noise) => new WorldTeacherOptions { Noise = double.NaN },
            _ => new WorldTeacherOptions { ProseRate = 2 },
        };

        var problem = Assert.Throws<ArgumentException>(() => new WorldTeacher(SmallWorld.WorldItems, options));

        Assert.Contains($"WorldTeacherOptions.{name} is ", problem.Message, StringComparison.Ordinal);
    }

    // All that a fit shows: some demonstrations with their scores, and who is imitated.
    private static async Task<string> Outcome(DemonstrationOptions options)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var teacher = SmallWorld.Teacher;
        var fitted = await DemonstrationBuilder.FitAsync(Train, SmallWorld.Catalog, teacher, teacher, null, options, null, cancellation);
        var shown = new List<string>();
        foreach (var dialogue in Train.Take(6))
            shown.Add(
                string.Join(";", (await fitted.BuildAsync(dialogue, cancellation)).Items.Select(item => $"{item.Title}={item.Score:R}")));
        return string.Join("|", shown) + string.Concat(Train.Select(dialogue => fitted.IsImitated(dialogue) ? '1' : '0'));
    }
}
