using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>A checkpoint's file as it was written.</summary>
internal sealed record CheckpointFile(long Length, string Sha256);

/// <summary>How the best weights did.</summary>
internal sealed record BestValues(double Value, double Start, int Misses);

/// <summary>What <c>manifest.json</c> says of a checkpoint.</summary>
internal sealed record CheckpointManifest
{
    /// <summary>The form of checkpoints that this version reads and writes.</summary>
    public const int CurrentForm = 1;

    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    public int Form { get; init; } = CurrentForm;

    public required int Step { get; init; }

    public required long ElapsedTicks { get; init; }

    public required int OptimizerSteps { get; init; }

    public bool IsLookPending { get; init; }

    public BestValues? Best { get; init; }

    public required IReadOnlyDictionary<string, string> Identity { get; init; }

    /// <summary>The other files, by name.</summary>
    public required IReadOnlyDictionary<string, CheckpointFile> Files { get; init; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Layout);

    /// <exception cref="InvalidDataException">It is of another form.</exception>
    public static CheckpointManifest Read(byte[] bytes, string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(bytes, Layout) ?? throw new InvalidDataException($"{path}: there is nothing in it.");
            return manifest.Form == CurrentForm
                ? manifest
                : throw new InvalidDataException($"{path}: the checkpoint is of form {manifest.Form}, this version reads form {CurrentForm}.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: not the manifest of a checkpoint ({fault.Message}).", fault);
        }
    }
}
