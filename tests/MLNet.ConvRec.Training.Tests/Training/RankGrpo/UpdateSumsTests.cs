using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Training.RankGrpo;

/// <summary>Clipped shares and divergence, counted by hand. ε_low is 0.1, ε_high 0.2.</summary>
[Collection<Alone>]
public class UpdateSumsTests
{
    // Three lists of four tokens: rank 1, rank 1, rank 2, no rank. Ratios of the tokens:
    private static readonly double[,] Ratios =
    {
        { 1.5, 1.5, 1.0, 9.0 }, // what belongs to no rank is not clipped
        { 0.5, 0.5, 1.5, 1.0 },
        { 1.5, 0.5, 0.5, 1.0 },
    };

    public UpdateSumsTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Ranks_AreTheUnitOfRankGrpo()
    {
        // The third list's first rank has ratio √0.75: under 1 − ε_low, but its advantage is positive.
        var sums = Sums(PolicyObjective.RankGrpo, new[,] { { 1f, 0 }, { -1, -1 }, { 1, -1 } });

        Assert.Equal(new UpdateSums(Low: 2, High: 1, Units: 5, Divergence: 0, Tokens: 9), sums);
        var shares = sums.Shares(hasReference: false);
        Assert.Equal(0.4, shares.ClippedLow, 12);
        Assert.Equal(0.2, shares.ClippedHigh, 12);
        Assert.Null(shares.Divergence);
    }

    [Fact]
    public void Tokens_AreTheUnitOfGrpo() =>
        Assert.Equal(new UpdateSums(Low: 2, High: 2, Units: 6, Divergence: 0, Tokens: 9), Sums(PolicyObjective.Grpo, new[,] { { 1f }, { -1 }, { 0 } }));

    [Fact]
    public void Lists_AreTheUnitOfGspo() =>
        // (1.5 · 1.5)^⅓ = 1.31; (0.5 · 0.5 · 1.5)^⅓ = 0.72; (1.5 · 0.5 · 0.5)^⅓ = 0.72
        Assert.Equal(new UpdateSums(Low: 1, High: 1, Units: 3, Divergence: 0, Tokens: 9), Sums(PolicyObjective.Gspo, new[,] { { 1f }, { -1 }, { 1 } }));

    [Fact]
    public void NothingTaught_IsNoShareOfNothing()
    {
        var shares = Sums(PolicyObjective.Gspo, new[,] { { 0f }, { 0 }, { 0 } }).Shares(hasReference: false);

        Assert.Equal((0, 0), (shares.ClippedLow, shares.ClippedHigh));
    }

    [Fact]
    public void Divergence_IsTheMeanK3OfTheTokensOfRanks()
    {
        using var scope = NewDisposeScope();
        var zero = zeros(1, 3);
        var tokens = new ListTokens(zero, zero, tensor(new[,] { { 0.5f, -0.5f, 3 } }), tensor(new[,] { { 1L, 2, 0 } }));

        var shares = UpdateSums.Of(PolicyObjective.RankGrpo.Ratios, tokens, tensor(new[,] { { 1f, -1 } }), Terms).Shares(hasReference: true);

        Assert.Equal((Math.Exp(0.5) + Math.Exp(-0.5) - 2) / 2, shares.Divergence!.Value, 6);
    }

    private static LossTerms Terms { get; } = new(0.1, 0.2, 0, LossAggregation.RankMean, RankCount: 2, ListCount: 3);

    private static UpdateSums Sums(PolicyObjective objective, float[,] advantages)
    {
        using var scope = NewDisposeScope();
        var current = tensor(Ratios).log().to(ScalarType.Float32).requires_grad_();
        var ranks = tensor(new[,] { { 1L, 1, 2, 0 }, { 1, 1, 2, 0 }, { 1, 1, 2, 0 } });
        return UpdateSums.Of(objective.Ratios, new ListTokens(current, zeros_like(current), null, ranks), tensor(advantages), Terms);
    }
}
