namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>A part of a <see cref="RankReward.Sum"/>.</summary>
/// <param name="Reward">The reward.</param>
/// <param name="Weight">What it is multiplied by.</param>
public sealed record WeightedReward(RankReward Reward, double Weight);

public abstract partial record RankReward
{
    /// <summary>r_k = Σ over the parts of weight · r_k: hits, novelty and diversity in one.</summary>
    public sealed record Sum : RankReward
    {
        private readonly WeightedReward[] _parts;

        /// <summary>Makes the reward.</summary>
        /// <param name="parts">At least one part, each with a finite weight.</param>
        /// <exception cref="ArgumentException">There is no part, or a weight is no number.</exception>
        public Sum(params IEnumerable<WeightedReward> parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            _parts = [.. parts];
            if (_parts.Length == 0)
                throw new ArgumentException("A sum of rewards needs at least one part.", nameof(parts));
            if (Array.Find(_parts, part => part.Reward is null || !double.IsFinite(part.Weight)) is { } wrong)
                throw new ArgumentException($"The part {wrong} can't be summed; give it a reward and a finite weight.", nameof(parts));
        }

        /// <summary>The parts, in the order given.</summary>
        public IReadOnlyList<WeightedReward> Parts => _parts;

        internal override bool IsOfOneRank => Array.TrueForAll(_parts, part => part.Reward.IsOfOneRank);

        /// <inheritdoc/>
        public bool Equals(Sum? other) => other is not null && _parts.AsSpan().SequenceEqual(other._parts);

        /// <inheritdoc/>
        public override int GetHashCode() => _parts.Aggregate(_parts.Length, HashCode.Combine);

        private protected override double[] Earned(JudgedList list)
        {
            var rewards = new double[list.Hits.Count];
            foreach (var part in _parts)
            {
                var earned = part.Reward.Earned(list);
                for (var index = 0; index < rewards.Length; index++)
                    rewards[index] += part.Weight * earned[index];
            }

            return rewards;
        }
    }
}
