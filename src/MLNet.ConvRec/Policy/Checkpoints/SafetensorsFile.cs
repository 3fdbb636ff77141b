namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>
/// Weights in Hugging Face's safetensors form: 8 bytes of header length, a JSON header, the tensors' bytes without holes.
/// </summary>
internal static class SafetensorsFile
{
    /// <summary>Opens a file; its tensors stay in it until they are read.</summary>
    /// <param name="path">The file, which must not be changed in place while a tensor of it is in use.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file breaks a rule of the form or holds a type other than F32, F16, BF16; the sentence names file and tensor.
    /// </exception>
    public static Dictionary<string, NamedTensor> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file; a policy folder holds its weights as {SafetensorsCheckpoint.SingleFile}.", path);
        var (mapping, header) = SafetensorsMapping.Open(path);
        var tensors = new Dictionary<string, NamedTensor>(header.Entries.Count, StringComparer.Ordinal);
        foreach (var (name, entry) in header.Entries)
            tensors.Add(name, new MappedTensor(mapping, header.DataStart + entry.Begin, entry.Shape, entry.Type));
        return tensors;
    }

    /// <summary>Writes tensors each in its own type. The same tensors give the same bytes. The file appears whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="tensors">By name; read in pieces, never as a whole.</param>
    public static void Write(string path, IReadOnlyDictionary<string, NamedTensor> tensors) => Write(path, tensors, null);

    /// <summary>Writes tensors in one type, rounded where they are of a wider one. The file appears whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="tensors">By name; read in pieces, never as a whole.</param>
    /// <param name="type">The type; <see langword="null"/>: each tensor's own.</param>
    public static void Write(string path, IReadOnlyDictionary<string, NamedTensor> tensors, WeightType? type)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var partial = path + ".partial";
        try
        {
            using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                SafetensorsWriter.Write(file, tensors, type);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
