using MLNet.ConvRec.Catalog;

namespace MLNet.ConvRec.Training.RankGrpo;

public abstract partial record RankReward
{
    /// <summary>
    /// r_k = 1 − the mean genre similarity (shared genres over all genres of both) of item k to the items before it: 0 to 1, hit or not. The first item earns 1;
    /// a line that could not hit, and an item without genres, earn 0.
    /// </summary>
    public sealed record Diversity : RankReward
    {
        private readonly HashSet<string>[] _genres;

        /// <summary>Makes the reward.</summary>
        /// <param name="catalog">The items and their genres.</param>
        /// <exception cref="ArgumentException">No item has a genre.</exception>
        public Diversity(ItemCatalog catalog)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            if (catalog.Items.All(item => item.Genres.Count == 0))
                throw new ArgumentException("No item of the catalog has a genre, so that none differ; give the items genres (\"genres\" in the file), or leave Diversity out.", nameof(catalog));
            _genres = [.. catalog.Items.Select(item => item.Genres.ToHashSet(StringComparer.OrdinalIgnoreCase))];
        }

        internal override bool IsOfOneRank => true;

        private protected override double[] Earned(JudgedList list)
        {
            var earlier = new List<HashSet<string>>();
            var rewards = new double[list.Hits.Count];
            foreach (var (index, item) in ItemsOf(list, _genres.Length).Index())
            {
                if (item < 0 || _genres[item].Count == 0)
                    continue;
                rewards[index] = earlier.Count == 0 ? 1 : 1 - earlier.Average(before => Similarity(before, _genres[item]));
                earlier.Add(_genres[item]);
            }

            return rewards;
        }

        private static double Similarity(HashSet<string> a, HashSet<string> b)
        {
            var shared = a.Count(b.Contains);
            return (double)shared / (a.Count + b.Count - shared);
        }
    }
}
