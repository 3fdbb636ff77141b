using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>What makes two runs the same: stage, seed, options, and hashes of the data, the catalog, and the policy that the stage begins with.</summary>
/// <param name="Parts">By name.</param>
internal sealed record RunIdentity(IReadOnlyDictionary<string, string> Parts)
{
    /// <summary>The part that names the stage.</summary>
    public const string Stage = "stage";

    /// <summary>The part that says how batches are cut, where it isn't as usual.</summary>
    public const string MicroBatch = "tokens of a micro-batch";

    /// <summary>Identifies a run.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="seed">The stage's seed.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="start">The policy that the stage begins with.</param>
    /// <param name="options">The stage's options.</param>
    /// <param name="data">What it trains on, and by which it is judged: a hash of each, by name.</param>
    public static RunIdentity Of(
        string stage, ulong seed, ItemCatalog catalog, PolicyModel start, object options, params (string Name, Action<IdentityHash> Content)[] data)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Stage] = stage,
            ["seed"] = OptionNumber(seed),
            ["catalog"] = IdentityHash.Of(hash => Add(hash, catalog)),
            ["genres of the catalog"] = IdentityHash.Of(hash => AddGenres(hash, catalog)),
            ["popularity in the catalog"] = IdentityHash.Of(hash => AddPopularity(hash, catalog)),
            ["policy at the start"] = IdentityHash.Of(hash => Add(hash, start)),
        };
        foreach (var (name, content) in data)
            parts[name] = IdentityHash.Of(content);
        foreach (var (name, value) in OptionText.Of(options).Where(option => option.Name != nameof(SftOptions.MicroBatchTokens))) // named when it is chosen
            parts[$"{options.GetType().Name}.{name}"] = value;
        return new RunIdentity(parts);
    }

    /// <summary>Says what differs from an earlier run, one part a sentence; empty where nothing does.</summary>
    public IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> earlier) =>
    [
        .. Parts.Keys.Union(earlier.Keys).Order(StringComparer.Ordinal)
            .Where(name => Parts.GetValueOrDefault(name) != earlier.GetValueOrDefault(name))
            .Select(name => $"{name} was {earlier.GetValueOrDefault(name, "absent")} and is {Parts.GetValueOrDefault(name, "absent")}"),
    ];

    private static string OptionNumber(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static void Add(IdentityHash hash, ItemCatalog catalog)
    {
        foreach (var item in catalog.Items)
        {
            hash.Add(item.Title);
            hash.Add([item.Year ?? int.MinValue]);
        }
    }

    // What Diversity looks at.
    private static void AddGenres(IdentityHash hash, ItemCatalog catalog)
    {
        foreach (var item in catalog.Items)
        {
            hash.Add([item.Genres.Count]);
            foreach (var genre in item.Genres)
                hash.Add(genre);
        }
    }

    // What Novelty looks at.
    private static void AddPopularity(IdentityHash hash, ItemCatalog catalog)
    {
        foreach (var item in catalog.Items)
            hash.Add(item.Popularity is { } popularity ? OptionNumber(popularity) : "unknown");
    }

    private static void Add(IdentityHash hash, PolicyModel policy)
    {
        hash.Add(policy.Prompt.Tokenizer.Json);
        foreach (var (_, value) in OptionText.Of(policy.Prompt.Options))
            hash.Add(value);
        foreach (var (_, value) in OptionText.Of(policy.Config))
            hash.Add(value);
        foreach (var (name, tensor) in policy.Weights.Tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.Add(name);
            hash.Add(tensor);
        }
    }
}

/// <summary>Hashes what a run's identity is made of; lengths are part of it, so that no two contents run together.</summary>
internal sealed class IdentityHash
{
    private const int PieceElements = 1 << 18;
    private const int ShownBytes = 8;
    private readonly IncrementalHash _hash;

    private IdentityHash(IncrementalHash hash) => _hash = hash;

    /// <summary>Returns the first bytes of the SHA-256 of a content.</summary>
    public static string Of(Action<IdentityHash> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        content(new IdentityHash(hash));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, ShownBytes));
    }

    public void Add(string text) => Add(Encoding.UTF8.GetBytes(text).AsSpan());

    public void Add(ReadOnlySpan<int> numbers) => Add(MemoryMarshal.AsBytes(numbers));

    public void Add(NamedTensor tensor)
    {
        Add(MemoryMarshal.AsBytes(tensor.Shape.AsSpan()));
        var bytes = new byte[PieceElements * tensor.Type.Size];
        for (var start = 0L; start < tensor.Count; start += PieceElements)
        {
            var part = bytes.AsSpan(0, (int)Math.Min(PieceElements, tensor.Count - start) * tensor.Type.Size);
            tensor.ReadBytes(start, part);
            _hash.AppendData(part);
        }
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Span<int> length = [bytes.Length];
        _hash.AppendData(MemoryMarshal.AsBytes(length));
        _hash.AppendData(bytes);
    }
}
