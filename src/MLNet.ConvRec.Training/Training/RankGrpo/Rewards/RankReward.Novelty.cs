using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;

namespace MLNet.ConvRec.Training.RankGrpo;

public abstract partial record RankReward
{
    /// <summary>
    /// r_k = −log2 of item k's share of all mentions, divided by that of the least popular item: 0 to 1, hit or not. A line that could not hit earns 0.
    /// </summary>
    /// <remarks>Alone it would teach to list what nobody knows; give it a small weight in a <see cref="Sum"/>. Shares are of each count plus one.</remarks>
    public sealed record Novelty : RankReward
    {
        private readonly double[] _shares;

        /// <summary>Makes the reward.</summary>
        /// <param name="catalog">The items and their popularity; unknown counts as 0.</param>
        /// <exception cref="ArgumentException">No item has a popularity.</exception>
        public Novelty(ItemCatalog catalog)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            if (catalog.Items.All(item => item.Popularity is null))
                throw new ArgumentException("No item of the catalog has a popularity, so that none is novel; give the items counts (\"popularity\" in the file), or leave Novelty out.", nameof(catalog));
            var bits = PopularityBits.Of([.. catalog.Items.Select(item => Math.Max(0, item.Popularity ?? 0))]);
            var most = bits.Max();
            _shares = Array.ConvertAll(bits, own => most > 0 ? own / most : 0); // a catalog of one item has nothing novel
        }

        internal override bool IsOfOneRank => true;

        private protected override double[] Earned(JudgedList list) => [.. ItemsOf(list, _shares.Length).Select(item => item < 0 ? 0 : _shares[item])];
    }
}
