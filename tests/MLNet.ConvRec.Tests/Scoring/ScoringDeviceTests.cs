using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tests.Scoring;

/// <summary>What becomes of a GPU that can't be used: there is none of this number anywhere.</summary>
public sealed class ScoringDeviceTests(SmallShop shop) : IClassFixture<SmallShop>
{
    private const int Gpu = 99;

    private static readonly Func<MLContext, string, ITransformer> ByRow = RecommenderModel.Load;
    private static readonly Func<MLContext, string, ITransformer> InBatches = (ml, path) => RecommenderModel.Load(ml, path, new RecommenderOptions());
    private static readonly Func<MLContext, string, ITransformer> OfOptions = (ml, path) => RecommenderModel.Load(ml, path, new RecommenderOptions { GpuDeviceId = Gpu });

    public static TheoryData<string> Forms => ["row", "batches"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void NoGpu_ScoresWithoutAWarning(string form)
    {
        var ml = SmallShop.Context();
        var warnings = Warnings(ml);

        AssertScores(ml, form);

        Assert.Empty(warnings);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Fallback_ScoresOnTheCpuWithAWarning(string form)
    {
        var ml = SmallShop.Context();
        (ml.GpuDeviceId, ml.FallbackToCpu) = (Gpu, true);
        var warnings = Warnings(ml);

        AssertScores(ml, form);

        Assert.StartsWith($"GPU {Gpu} can't score, the CPU does: ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(Gpu, ml.GpuDeviceId);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void NoFallback_IsToldInOneSentence(string form)
    {
        var ml = SmallShop.Context();
        ml.GpuDeviceId = Gpu;

        AssertSentence(Assert.Throws<GpuUnavailableException>(() => Loader(form)(ml, shop.ModelPath)));
    }

    [Fact]
    public void GpuOfTheOptions_IsThatOfTheContextsFallback()
    {
        AssertSentence(Assert.Throws<GpuUnavailableException>(() => OfOptions(SmallShop.Context(), shop.ModelPath)));

        var ml = SmallShop.Context();
        ml.FallbackToCpu = true;
        using var model = (IDisposable)OfOptions(ml, shop.ModelPath);
    }

    // Else an hour's training on a GPU would be lost where only libtorch can use it.
    [Fact]
    public void PolicyThatWasTrainedOnAGpu_BecomesAModelWithAWarning()
    {
        var ml = SmallShop.Context();
        ml.GpuDeviceId = Gpu;
        var warnings = Warnings(ml);

        var chain = ScoringChain.Create(ml.Transforms, SmallShop.View(ml), shop.Weights, shop.Assets);
        using var native = chain as IDisposable;

        Assert.Equal(SmallShop.Lines(SmallShop.Score(shop.Chain, shop.Dialogue(1))[0]), SmallShop.Lines(SmallShop.Score(chain, shop.Dialogue(1))[0]));
        Assert.Single(warnings);
    }

    private static Func<MLContext, string, ITransformer> Loader(string form) => form == "row" ? ByRow : InBatches;

    private void AssertScores(MLContext ml, string form)
    {
        var model = Loader(form)(ml, shop.ModelPath);
        using var native = model as IDisposable;
        Assert.Equal(
            SmallShop.Score(shop.Chain, shop.Dialogue(1))[0].Recommendations.Select(item => item.Title),
            SmallShop.Score(model, shop.Dialogue(1))[0].Recommendations.Select(item => item.Title));
    }

    private static List<string> Warnings(MLContext ml)
    {
        var warnings = new List<string>();
        ml.Log += (_, told) =>
        {
            if (told.Kind == ChannelMessageKind.Warning)
                warnings.Add(told.RawMessage);
        };
        return warnings;
    }

    private static void AssertSentence(InvalidOperationException fault) =>
        Assert.Matches($@"^GPU {Gpu} can't score: [^\n]+; (build it with -p:ConvRecOnnx=gpu|install a driver and the libraries of CUDA 13), or set MLContext\.FallbackToCpu\.$", fault.Message);
}
