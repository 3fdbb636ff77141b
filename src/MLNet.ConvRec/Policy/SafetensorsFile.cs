using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLNet.ConvRec.Policy;

/// <summary>
/// Weights in Hugging Face's safetensors form: 8 bytes of header length, a JSON header, the tensors' bytes without holes.
/// </summary>
internal static class SafetensorsFile
{
    // So that the tensors' bytes begin on a multiple of 8, as the form recommends for mapping.
    private const int Alignment = 8;

    /// <summary>
    /// Writes tensors as float32, sorted by name: the same tensors give the same bytes. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="tensors">Names, dimensions and values; no name twice.</param>
    public static void Write(string path, IEnumerable<(string Name, long[] Shape, float[] Values)> tensors)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToArray();
        foreach (var (name, shape, values) in sorted)
        {
            if (shape.Aggregate(1L, (product, size) => checked(product * size)) != values.Length)
            {
                throw new ArgumentException(
                    $"Tensor {name} has {values.Length} values for the shape [{string.Join(", ", shape)}].", nameof(tensors));
            }
        }

        var partial = path + ".partial";
        using (var file = File.Create(partial))
        {
            var header = Header(sorted);
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            file.Write(length);
            file.Write(header);
            foreach (var (_, _, values) in sorted)
                file.Write(MemoryMarshal.AsBytes<float>(values));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads every tensor, widened to float32.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file breaks a rule of the form or holds a type other than F32, F16, BF16; the sentence names file and tensor.
    /// </exception>
    public static Dictionary<string, NamedTensor> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: no such file; a policy folder holds its weights as model.safetensors.", path);
        using var file = File.OpenRead(path);
        var header = SafetensorsHeader.Read(file, path);
        var tensors = new Dictionary<string, NamedTensor>(header.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in header.Entries)
        {
            file.Position = header.DataStart + entry.Begin;
            tensors.Add(entry.Name, new ArrayTensor(entry.Shape, ReadValues(file, entry)));
        }

        return tensors;
    }

    private static float[] ReadValues(FileStream file, SafetensorsEntry entry)
    {
        var values = new float[entry.Count];
        if (entry.Type == SafetensorsType.F32)
        {
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        var halves = new ushort[Math.Min(values.Length, 1 << 16)];
        for (var start = 0; start < values.Length; start += halves.Length)
        {
            var part = halves.AsSpan(0, Math.Min(halves.Length, values.Length - start));
            file.ReadExactly(MemoryMarshal.AsBytes(part));
            for (var i = 0; i < part.Length; i++)
                values[start + i] = Widen(part[i], entry.Type);
        }

        return values;
    }

    // A bfloat16 is the upper half of a float32.
    private static float Widen(ushort half, SafetensorsType type) =>
        type == SafetensorsType.F16 ? (float)BitConverter.UInt16BitsToHalf(half) : BitConverter.UInt32BitsToSingle((uint)half << 16);

    private static byte[] Header((string Name, long[] Shape, float[] Values)[] tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var begin = 0L;
            foreach (var (name, shape, values) in tensors)
            {
                var end = begin + ((long)values.Length * sizeof(float));
                WriteEntry(json, name, shape, begin, end);
                begin = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, long[] shape, long begin, long end)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        foreach (var size in shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
