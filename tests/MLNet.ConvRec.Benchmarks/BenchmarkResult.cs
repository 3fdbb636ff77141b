using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>Two ways of doing the same work, measured in one run.</summary>
internal sealed record BenchmarkResult
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The benchmark.</summary>
    public required string Name { get; init; }

    /// <summary>What ours took.</summary>
    public required double Ours { get; init; }

    /// <summary>What the peer took.</summary>
    public required double Peer { get; init; }

    /// <summary>What both are counted in; less is better.</summary>
    public required string Unit { get; init; }

    /// <summary>Peer over ours: above 1, ours is better.</summary>
    public double Ratio => Peer / Ours;

    /// <summary>Other measured numbers by name.</summary>
    public Dictionary<string, double> More { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<string> Lines => More.Select(number => $"  {number.Key}: {number.Value:N3}");

    public override string ToString() => $"{Name}: ours {Ours:N2} {Unit}, peer {Peer:N2} {Unit}, ratio {Ratio:N2}\n{string.Join('\n', Lines)}";
}
