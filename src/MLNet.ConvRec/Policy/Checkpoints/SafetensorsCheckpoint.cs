using System.Text.Json;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>
/// A checkpoint's tensors: one <c>model.safetensors</c>, or several files (shards) that <c>model.safetensors.index.json</c> names.
/// </summary>
internal static class SafetensorsCheckpoint
{
    /// <summary>The name of a checkpoint in one file.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>The name of the index of a checkpoint in several files.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    // No index of a real checkpoint comes near; the same bound as a header's.
    private const long MaximumIndexLength = 100_000_000;

    /// <summary>The file that stands for a folder's checkpoint: the single file where there is one, else the index.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static string Find(string folder)
    {
        var single = Path.Combine(folder, SingleFile);
        var index = Path.Combine(folder, IndexFile);
        if (File.Exists(single))
            return single;
        return File.Exists(index)
            ? index
            : throw new FileNotFoundException(
                $"{single}: no such file; a policy folder holds its weights as {SingleFile}, or as {IndexFile} with the files that it names.",
                single);
    }

    /// <summary>Opens a checkpoint; its tensors stay in their files until they are read.</summary>
    /// <param name="path">What <see cref="Find"/> found.</param>
    /// <exception cref="FileNotFoundException">A file that the index names is missing.</exception>
    /// <exception cref="InvalidDataException">A file breaks a rule of the form, or the index and the files don't agree.</exception>
    public static Dictionary<string, NamedTensor> Read(string path)
    {
        if (Path.GetFileName(path) != IndexFile)
            return SafetensorsFile.Read(path);
        var weightMap = ReadWeightMap(path);
        var tensors = new Dictionary<string, NamedTensor>(weightMap.Count, StringComparer.Ordinal);
        foreach (var shard in weightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            foreach (var (name, tensor) in ReadShard(path, shard))
            {
                if (!weightMap.TryGetValue(name, out var place) || place != shard)
                {
                    throw Disagreement(
                        path,
                        $"tensor {SafetensorsFault.Shown(name)} is in {shard}, but the index places it {(place is null ? "nowhere" : $"in {place}")}");
                }

                tensors.Add(name, tensor);
            }
        }

        foreach (var (name, shard) in weightMap)
        {
            if (!tensors.ContainsKey(name))
                throw Disagreement(path, $"the index places tensor {SafetensorsFault.Shown(name)} in {shard}, which doesn't hold it");
        }

        return tensors;
    }

    private static Dictionary<string, NamedTensor> ReadShard(string index, string shard)
    {
        // A name from a file must not lead out of the file's folder.
        if (!shard.EndsWith(".safetensors", StringComparison.Ordinal) || shard.AsSpan().ContainsAny("/\\:\0"))
        {
            throw new InvalidDataException(
                $"{index}: the index names the file {SafetensorsFault.Shown(shard)}; only the name of a .safetensors file beside it is read.");
        }

        var path = Path.Combine(Path.GetDirectoryName(index)!, shard);
        return File.Exists(path)
            ? SafetensorsFile.Read(path)
            : throw new FileNotFoundException($"{path}: no such file, but {IndexFile} names it; copy the whole checkpoint.", path);
    }

    private static Dictionary<string, string> ReadWeightMap(string path)
    {
        if (new FileInfo(path).Length > MaximumIndexLength)
            throw new InvalidDataException($"{path}: the index has more than {MaximumIndexLength} bytes; it is not one of a checkpoint.");
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException($"{path}: there is no object weight_map in it; copy the index again.");
            }

            return map.EnumerateObject().ToDictionary(
                member => member.Name,
                member => member.Value.ValueKind == JsonValueKind.String
                    ? member.Value.GetString()!
                    : throw new InvalidDataException(
                        $"{path}: weight_map names no file for tensor {SafetensorsFault.Shown(member.Name)}; copy the index again."),
                StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // JsonElement reports text that is not Unicode by InvalidOperationException.
            throw new InvalidDataException($"{path}: the index is not valid JSON with every name once ({fault.Message}); copy it again.", fault);
        }
    }

    private static InvalidDataException Disagreement(string path, string what) =>
        new($"{path}: {what}; the files are of different checkpoints, copy all of one again.");
}
