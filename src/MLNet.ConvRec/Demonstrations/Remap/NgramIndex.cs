using MLNet.ConvRec.Demonstrations.Counts;

namespace MLNet.ConvRec.Demonstrations.Remap;

/// <summary>
/// TF-IDF vectors of the items' texts over character n-grams, with the items of each n-gram, to find similar texts by cosine.
/// </summary>
/// <remarks>Immutable; safe for use from several threads.</remarks>
internal sealed class NgramIndex
{
    // An n-gram of almost every item tells little and costs most.
    private const double LargestShare = 0.35;

    private readonly Dictionary<string, int> _grams = new(StringComparer.Ordinal);
    private readonly double[] _inverseFrequency;
    private readonly (int Gram, float Weight)[][] _vectors;
    private readonly (int Item, float Weight)[][] _postings;

    /// <summary>Indexes one text per item.</summary>
    public NgramIndex(IReadOnlyList<string> texts)
    {
        var counts = texts.Select(CharacterNgrams.Count).ToArray();
        var frequency = counts.SelectMany(text => text.Keys)
            .CountBy(gram => gram, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var most = Math.Max(2, LargestShare * texts.Count);
        foreach (var gram in counts.SelectMany(text => text.Keys))
        {
            if (frequency[gram] <= most)
                _grams.TryAdd(gram, _grams.Count);
        }

        _inverseFrequency = new double[_grams.Count];
        foreach (var (gram, number) in _grams)
            _inverseFrequency[number] = Math.Log((1.0 + texts.Count) / frequency[gram]);
        _vectors = Array.ConvertAll(counts, Vector);
        _postings = Postings();
    }

    /// <summary>How many texts hold no n-gram that can be compared.</summary>
    public int EmptyCount => _vectors.Count(vector => vector.Length == 0);

    /// <summary>Cosine of an item's text to those of other items, the nearest alone.</summary>
    public SparseScores Nearest(int item, int count) => Nearest(_vectors[item], item, count);

    /// <summary>Cosine of any text to those of the items, the nearest alone.</summary>
    public SparseScores Nearest(string text, int count) => Nearest(Vector(CharacterNgrams.Count(text)), -1, count);

    private SparseScores Nearest((int Gram, float Weight)[] vector, int without, int count)
    {
        var cosines = new double[_vectors.Length];
        foreach (var (gram, weight) in vector)
        {
            foreach (var (item, itemWeight) in _postings[gram])
                cosines[item] += (double)weight * itemWeight;
        }

        if (without >= 0)
            cosines[without] = 0;
        return SparseScores.FromDense(cosines, 0).Nearest(count);
    }

    private (int Gram, float Weight)[] Vector(Dictionary<string, int> counts)
    {
        List<(int Gram, float Weight)> vector = [];
        foreach (var (gram, count) in counts)
        {
            if (_grams.TryGetValue(gram, out var number))
                vector.Add((number, (float)((1 + Math.Log(count)) * _inverseFrequency[number])));
        }

        var norm = (float)Math.Sqrt(vector.Sum(entry => (double)entry.Weight * entry.Weight));
        return [.. vector.Select(entry => (entry.Gram, entry.Weight / norm))];
    }

    private (int Item, float Weight)[][] Postings()
    {
        var postings = new List<(int, float)>[_grams.Count];
        for (var item = 0; item < _vectors.Length; item++)
        {
            foreach (var (gram, weight) in _vectors[item])
                (postings[gram] ??= []).Add((item, weight));
        }

        return Array.ConvertAll(postings, items => items.ToArray());
    }
}
