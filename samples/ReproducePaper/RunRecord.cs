using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReproducePaper;

/// <summary>What one run is remembered by; written once it is whole, so that a later process need not do it again.</summary>
internal sealed record RunRecord
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The method with μ, or <c>sft</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The run's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>The learning rate; 0 of an imitation.</summary>
    public double Rate { get; init; }

    /// <summary>What all runs of a folder must share to be compared.</summary>
    public required string Setting { get; init; }

    /// <summary>Seconds of training.</summary>
    public double Seconds { get; init; }

    /// <summary>Recall of sampled lists by step; of an imitation the loss.</summary>
    public IReadOnlyList<double> Curve { get; init; } = [];

    /// <summary>Steps at which the tuning dialogues were looked at, 0 first.</summary>
    public IReadOnlyList<int> LookSteps { get; init; } = [];

    /// <summary>NDCG@20 of greedy lists for the tuning dialogues at those steps.</summary>
    public IReadOnlyList<double> Looks { get; init; } = [];

    /// <summary>Share of freely sampled lines that name no item of the catalog, by step; absent under the catalog mask, where it is 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? OutOfCatalog { get; init; }

    /// <summary>By metric one value for each dialogue that is reported on, of the weights that did best on the tuning dialogues; absent of a tuning run.</summary>
    public IReadOnlyDictionary<string, double[]>? Values { get; init; }

    /// <summary>The best look.</summary>
    [JsonIgnore]
    public double BestLook => Looks.Max();

    /// <summary>Reads a run that is done; <see langword="null"/> where it isn't.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="setting">What it must have been made with.</param>
    /// <exception cref="InvalidDataException">It was made with other options.</exception>
    public static RunRecord? Read(string path, string setting)
    {
        if (!File.Exists(path))
            return null;
        var record = Parse(File.ReadAllText(path), path);
        return record.Setting == setting
            ? record
            : throw new InvalidDataException($"{path} was made with {record.Setting}, and this run is asked for {setting}; give another --output.");
    }

    /// <summary>Reads a run from its text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">Where it stands, for the sentence of the exception.</param>
    /// <exception cref="InvalidDataException">It is no run.</exception>
    public static RunRecord Parse(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunRecord>(json, Json)!;
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is no run that was kept ({problem.Message}); delete it, or name another file.", problem);
        }
    }

    /// <summary>Writes the run, whole or not at all.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".partial", JsonSerializer.Serialize(this, Json));
        File.Move(path + ".partial", path, overwrite: true);
    }
}
