using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>What a run's lists are made of: they can be gone on with only by a run of which all this is the same.</summary>
internal sealed record ScoreIdentity
{
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The version of the files beside the output.</summary>
    public required int Format { get; init; }

    /// <summary>The saved recommender.</summary>
    public required FileMark Model { get; init; }

    /// <summary>The files of dialogues, in order.</summary>
    public required IReadOnlyList<FileMark> Input { get; init; }

    /// <summary>The options that change the lists or their order, by name.</summary>
    /// <remarks><c>--skip-invalid</c> is none: it changes nothing before the first malformed line, where a run without it ends.</remarks>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>Reads the files whole, for their hashes.</summary>
    public static ScoreIdentity Of(ScoreOptions options, IEnumerable<string> inputs, CancellationToken cancellation) => new()
    {
        Format = CurrentFormat,
        Model = FileMark.Of(options.Model, cancellation),
        Input = [.. inputs.Select(input => FileMark.Of(input, cancellation))],
        Options = new Dictionary<string, string>
        {
            ["--shard"] = options.Shard.ToString(),
            ["--list-length"] = options.ListLength?.ToString(CultureInfo.InvariantCulture) ?? "all",
            ["--gpu"] = options.Gpu?.ToString(CultureInfo.InvariantCulture) ?? "none",
        },
    };

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(string path) => AtomicFile.WriteText(path, text => text.WriteLine(JsonSerializer.Serialize(this, Json)));

    /// <summary>Throws unless the interrupted run, whose identity a file holds, was made of the same.</summary>
    /// <exception cref="InvalidDataException">It was not; the sentence names what differs and the remedy.</exception>
    public void RequireSameAs(string path)
    {
        if (Difference(Read(path)) is { } difference)
            throw new InvalidDataException($"{path}: {difference}; give the same again, or leave out --resume to begin anew.");
    }

    private static ScoreIdentity? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ScoreIdentity>(File.ReadAllText(path), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Difference(ScoreIdentity? other)
    {
        if (other is null || other.Format != Format)
            return "does not say, in a form that is known here, what the interrupted run was made of";
        if (other.Model.Sha256 != Model.Sha256)
            return $"the interrupted run had another --model, {other.Model.Path} as it was then";
        if (other.Input.Count != Input.Count)
            return $"the interrupted run had another --input, {other.Input.Count} file{(other.Input.Count == 1 ? "" : "s")} and not {Input.Count}";
        var input = Enumerable.Range(0, Input.Count).Where(i => other.Input[i].Sha256 != Input[i].Sha256).Select(i => other.Input[i].Path).FirstOrDefault();
        if (input is not null)
            return $"the interrupted run had another --input, {input} as it was then";
        return Options.Where(option => other.Options.GetValueOrDefault(option.Key) != option.Value)
            .Select(option => $"the interrupted run had {option.Key} {other.Options.GetValueOrDefault(option.Key)} and not {option.Value}").FirstOrDefault();
    }

    /// <summary>A file by its content.</summary>
    internal sealed record FileMark(string Path, string Sha256)
    {
        public static FileMark Of(string path, CancellationToken cancellation)
        {
            using var file = File.OpenRead(path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 20];
            while (file.Read(buffer) is > 0 and var read)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            return new FileMark(path, Convert.ToHexStringLower(hash.GetCurrentHash()));
        }
    }
}
