using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLNet.ConvRec.Gpu;

/// <summary>What a check found, written anew to its file with each finding, so that a check that is cut short still tells something.</summary>
/// <param name="Check">The check's name.</param>
internal sealed record CheckReport(string Check)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string? _path;

    /// <summary>Measured numbers by name; units stand in the names.</summary>
    public SortedDictionary<string, double> Numbers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What was found that is no number.</summary>
    public SortedDictionary<string, string> Notes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What holds and what doesn't.</summary>
    public SortedDictionary<string, bool> Holds { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What the check took.</summary>
    public double Seconds { get; set; }

    /// <summary>Whether the check came to its end within its limit.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Makes a report that keeps a file up to date.</summary>
    public static CheckReport To(string path, string check)
    {
        var report = new CheckReport(check) { _path = path };
        report.Save();
        return report;
    }

    /// <summary>Reads what a check wrote.</summary>
    public static CheckReport Read(string path) => JsonSerializer.Deserialize<CheckReport>(File.ReadAllText(path), Json)!;

    public void Number(string name, double value)
    {
        Numbers[name] = value;
        Save();
    }

    public void Note(string name, string value)
    {
        Notes[name] = value;
        Save();
    }

    /// <summary>Notes whether something holds.</summary>
    public void Require(string what, bool holds)
    {
        Holds[what] = holds;
        Save();
    }

    /// <summary>Writes the file, aside and renamed.</summary>
    public void Save()
    {
        if (_path is null)
            return;
        File.WriteAllText(_path + ".partial", JsonSerializer.Serialize(this, Json));
        File.Move(_path + ".partial", _path, overwrite: true);
    }
}
