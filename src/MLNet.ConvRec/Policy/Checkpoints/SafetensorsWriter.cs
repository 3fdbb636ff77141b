using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>Writes tensors in the safetensors form as Hugging Face's library lays it out: wider types first, then by name.</summary>
internal static class SafetensorsWriter
{
    // So that the tensors' bytes begin on a multiple of 8, as the form recommends for mapping.
    private const int Alignment = 8;
    private const int BufferedElements = 1 << 18;

    /// <summary>Writes all tensors.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensors">By name.</param>
    /// <param name="type">The type of all; <see langword="null"/>: each tensor's own.</param>
    public static void Write(Stream stream, IReadOnlyDictionary<string, NamedTensor> tensors, WeightType? type)
    {
        var sorted = tensors
            .Select(entry => (Name: entry.Key, Tensor: entry.Value, Type: type ?? entry.Value.Type))
            .OrderBy(entry => Rank(entry.Type)).ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .ToArray();
        var header = Header(sorted);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        var bytes = new byte[BufferedElements * sizeof(float)];
        var values = new float[BufferedElements];
        foreach (var (_, tensor, stored) in sorted)
            WriteTensor(stream, tensor, stored, bytes, values);
    }

    private static void WriteTensor(Stream stream, NamedTensor tensor, WeightType type, byte[] bytes, float[] values)
    {
        for (var start = 0L; start < tensor.Count; start += BufferedElements)
        {
            var count = (int)Math.Min(BufferedElements, tensor.Count - start);
            var part = bytes.AsSpan(0, count * type.Size);
            if (type == tensor.Type)
            {
                tensor.ReadBytes(start, part);
            }
            else
            {
                tensor.Read(start, values.AsSpan(0, count));
                WeightTypes.Narrow(values.AsSpan(0, count), type, part);
            }

            stream.Write(part);
        }
    }

    // The library's order of types, the widest first.
    private static int Rank(WeightType type) => type switch
    {
        WeightType.Float32 => 0,
        WeightType.BFloat16 => 1,
        _ => 2,
    };

    private static byte[] Header((string Name, NamedTensor Tensor, WeightType Type)[] tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var begin = 0L;
            foreach (var (name, tensor, type) in tensors)
            {
                var end = checked(begin + (tensor.Count * type.Size));
                WriteEntry(json, name, tensor.Shape, type, begin, end);
                begin = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, long[] shape, WeightType type, long begin, long end)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", type.Dtype);
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
