using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>What a list earns at each rank for its hits (spec: "Rewards"); the hits are those of <see cref="TitleMatcher"/>.</summary>
/// <remarks>A closed set of pure functions. Immutable; equal kinds with equal parameters are equal.</remarks>
public abstract record RankReward
{
    private RankReward()
    {
    }

    /// <summary>Returns r_1..r_N of a list of N lines.</summary>
    /// <param name="hits">Whether each line hits, by rank.</param>
    public double[] Of(IReadOnlyList<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        return Earned(hits);
    }

    /// <summary>Returns the rewards of a fixed number of ranks: lines past them earn nothing, missing ones have reward 0.</summary>
    /// <param name="hits">Whether each line hits, by rank.</param>
    /// <param name="ranks">The number N of ranks.</param>
    public double[] Of(IReadOnlyList<bool> hits, int ranks)
    {
        ArgumentNullException.ThrowIfNull(hits);
        var rewards = new double[ranks];
        Of([.. hits.Take(ranks)]).CopyTo(rewards, 0);
        return rewards;
    }

    /// <summary>Whether a rank earns nothing for later ones, so that a whole list's reward is the discounted sum of its ranks'.</summary>
    internal abstract bool IsOfOneRank { get; }

    private protected abstract double[] Earned(IReadOnlyList<bool> hits);

    // r_k = own_k + carry · r_{k+1}: every reward but the window, from the last rank to the first.
    private static double[] FromTheEnd(IReadOnlyList<bool> hits, Func<int, double> worth, double carry)
    {
        var rewards = new double[hits.Count];
        var later = 0.0;
        for (var index = hits.Count - 1; index >= 0; index--)
            rewards[index] = later = (hits[index] ? worth(index + 1) : 0) + (carry * later);
        return rewards;
    }

    /// <summary>r_k = h_k: each rank answers for itself alone. The paper's Exp(∞), the default.</summary>
    public sealed record ExpInfinity : RankReward
    {
        internal override bool IsOfOneRank => true;

        private protected override double[] Earned(IReadOnlyList<bool> hits) => FromTheEnd(hits, _ => 1, carry: 0);
    }

    /// <summary>r_k = Σ_{j≥k} h_j / Γ^(j−k): later hits count for less.</summary>
    public sealed record Exp : RankReward
    {
        /// <summary>Makes the reward.</summary>
        /// <param name="gamma">Γ, at least 1; 1 counts every later hit in full.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="gamma"/> is below 1 or no number.</exception>
        public Exp(double gamma)
        {
            if (!(gamma >= 1))
                throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "Γ must be 1 or more; its limit is ExpInfinity.");
            Gamma = gamma;
        }

        /// <summary>Γ, by which a hit loses weight with each rank of distance.</summary>
        public double Gamma { get; }

        internal override bool IsOfOneRank => false;

        private protected override double[] Earned(IReadOnlyList<bool> hits) => FromTheEnd(hits, _ => 1, 1 / Gamma);
    }

    /// <summary>r_k = Σ_{j≥k} h_j d_j: the discounted gain that is still to come.</summary>
    public sealed record DcgFrom : RankReward
    {
        internal override bool IsOfOneRank => false;

        private protected override double[] Earned(IReadOnlyList<bool> hits) => FromTheEnd(hits, RankDiscount.At, carry: 1);
    }

    /// <summary>r_k = Σ_{k≤j&lt;k+w} h_j d_j: the discounted gain of the next w ranks (the paper's future work).</summary>
    public sealed record Windowed : RankReward
    {
        /// <summary>Makes the reward.</summary>
        /// <param name="width">w, at least 1.</param>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 1.</exception>
        public Windowed(int width)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
            Width = width;
        }

        /// <summary>w, the number of ranks that a line answers for, its own included.</summary>
        public int Width { get; }

        internal override bool IsOfOneRank => false;

        private protected override double[] Earned(IReadOnlyList<bool> hits)
        {
            var rewards = new double[hits.Count];
            for (var index = 0; index < rewards.Length; index++)
            {
                for (var later = index; later < rewards.Length && later - index < Width; later++)
                    rewards[index] += hits[later] ? RankDiscount.At(later + 1) : 0;
            }

            return rewards;
        }
    }
}
