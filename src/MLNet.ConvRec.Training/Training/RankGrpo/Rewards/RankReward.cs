using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>What a list earns at each rank (spec: "Rewards"), as <see cref="TitleMatcher"/> judges it.</summary>
/// <remarks>A closed set of pure functions. Immutable; equal kinds with equal parameters are equal.</remarks>
public abstract partial record RankReward
{
    private RankReward()
    {
    }

    /// <summary>Returns r_1..r_N of a list of N lines, of which only the hits are known.</summary>
    /// <param name="hits">Whether each line hits, by rank.</param>
    /// <exception cref="ArgumentException">This reward looks at the items too.</exception>
    public double[] Of(IReadOnlyList<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        return Earned(new JudgedList { Hits = hits });
    }

    /// <summary>Returns the rewards of a fixed number of ranks: lines past them earn nothing, missing ones have reward 0.</summary>
    /// <param name="hits">Whether each line hits, by rank.</param>
    /// <param name="ranks">The number N of ranks.</param>
    /// <exception cref="ArgumentException">This reward looks at the items too.</exception>
    public double[] Of(IReadOnlyList<bool> hits, int ranks)
    {
        ArgumentNullException.ThrowIfNull(hits);
        return Of(new JudgedList { Hits = hits }, ranks);
    }

    /// <inheritdoc cref="Of(IReadOnlyList{bool}, int)"/>
    /// <param name="list">The list, its items too where the reward looks at them.</param>
    /// <param name="ranks">The number N of ranks.</param>
    public double[] Of(JudgedList list, int ranks)
    {
        ArgumentNullException.ThrowIfNull(list);
        if (list.Items is { } items && items.Count != list.Hits.Count)
            throw new ArgumentException($"The list has {list.Hits.Count} hits or misses, but {items.Count} items; give each line one of both.", nameof(list));
        var rewards = new double[ranks];
        Earned(new JudgedList { Hits = [.. list.Hits.Take(ranks)], Items = list.Items?.Take(ranks).ToArray() }).CopyTo(rewards, 0);
        return rewards;
    }

    /// <summary>Whether a rank earns nothing for later ones, so that a whole list's reward is the discounted sum of its ranks'.</summary>
    internal abstract bool IsOfOneRank { get; }

    private protected abstract double[] Earned(JudgedList list);

    private protected static IReadOnlyList<int> ItemsOf(JudgedList list, int itemCount)
    {
        var items = list.Items ?? throw new ArgumentException("This reward looks at the listed items; give it a JudgedList with Items, not the hits alone.", nameof(list));
        return items.All(item => item >= -1 && item < itemCount)
            ? items
            : throw new ArgumentException($"The list holds an item outside 0 to {itemCount - 1}; make the reward of the catalog that the lists are of.", nameof(list));
    }

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

        private protected override double[] Earned(JudgedList list) => FromTheEnd(list.Hits, _ => 1, carry: 0);
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

        private protected override double[] Earned(JudgedList list) => FromTheEnd(list.Hits, _ => 1, 1 / Gamma);
    }

    /// <summary>r_k = Σ_{j≥k} h_j d_j: the discounted gain that is still to come.</summary>
    public sealed record DcgFrom : RankReward
    {
        internal override bool IsOfOneRank => false;

        private protected override double[] Earned(JudgedList list) => FromTheEnd(list.Hits, RankDiscount.At, carry: 1);
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

        private protected override double[] Earned(JudgedList list)
        {
            var hits = list.Hits;
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
