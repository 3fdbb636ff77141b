using System.Collections;
using System.Text.Json;
using Parquet;
using Parquet.Serialization;

namespace MLNet.ConvRec.Dialogues;

/// <summary>
/// The rows of a Parquet file, each as the JSON object that a line of JSONL would be; memory holds one row group. Whatever reads JSONL
/// reads Parquet by this.
/// </summary>
/// <remarks>
/// A column holds a field: as text or number, as a list of structs with the object's fields, or, under one of <see cref="JsonFields"/>, as
/// JSON in a text.
/// </remarks>
internal static class ParquetRows
{
    private static readonly string[] JsonFields = ["turns", "seen", "groundTruth", "candidates", "recommendations"];

    /// <summary>What every Parquet file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Returns whether a stream that can seek holds Parquet, whatever its name; it stands at its beginning afterwards.</summary>
    public static bool IsParquet(Stream stream)
    {
        if (!stream.CanSeek)
            return false;
        Span<byte> magic = stackalloc byte[4];
        var length = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return length == magic.Length && magic.SequenceEqual(Magic);
    }

    /// <summary>Reads the rows with their 1-based numbers; a row with a text that is not the JSON it should be comes with what is wrong.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or cut short.</exception>
    public static IEnumerable<(long Row, JsonElement Object, string? Problem)> Read(string path, Stream stream)
    {
        var groups = Opened(path, () => GroupCount(stream));
        long number = 0;
        for (var group = 0; group < groups; group++)
        {
            var current = group;
            stream.Position = 0;
            var rows = Opened(path, () => ParquetSerializer.DeserializeUntypedAsync(stream, rowGroupIndex: current).GetAwaiter().GetResult().Data);
            foreach (var row in rows)
                yield return (++number, ObjectOf(row, out var problem), problem);
        }
    }

    // Reading from a file never waits for anything else: the tasks are done when they come back.
    private static int GroupCount(Stream stream)
    {
        var reader = ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult();
        var count = reader.RowGroupCount;
        reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return count;
    }

    // A damaged file shows as whatever its bytes happen to mean; only what the machine says (no memory, no right) is another matter.
    private static T Opened<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception damage) when (damage is not OutOfMemoryException and not UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: the Parquet data are damaged or cut short ({damage.Message.TrimEnd('.')}); make the file again.", damage);
        }
    }

    private static JsonElement ObjectOf(IDictionary<string, object> row, out string? problem)
    {
        problem = null;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var (name, cell) in row)
            {
                json.WritePropertyName(name);
                if (cell is string text && JsonFields.Contains(name))
                    problem ??= WriteJson(json, name, text);
                else
                    WriteCell(json, cell);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(bytes.ToArray());
    }

    private static string? WriteJson(Utf8JsonWriter json, string name, string text)
    {
        try
        {
            json.WriteRawValue(text);
            return null;
        }
        catch (JsonException)
        {
            json.WriteNullValue();
            return $"\"{name}\" is not valid JSON; write it as a line of JSONL would hold it.";
        }
    }

    private static void WriteCell(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case ReadOnlyMemory<char> text:
                json.WriteStringValue(text.Span);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case float or double or decimal or sbyte or byte or short or ushort or int or uint or long or ulong:
                WriteNumber(json, Convert.ToDouble(cell, null));
                break;
            case IDictionary<string, object> fields:
                json.WriteStartObject();
                foreach (var (name, value) in fields)
                {
                    json.WritePropertyName(name);
                    WriteCell(json, value);
                }

                json.WriteEndObject();
                break;
            case IEnumerable list and not byte[]:
                json.WriteStartArray();
                foreach (var value in list)
                    WriteCell(json, value);
                json.WriteEndArray();
                break;
            default: // absent, or of a kind that no field has
                json.WriteNullValue();
                break;
        }
    }

    // Tables write NaN for what is absent.
    private static void WriteNumber(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number))
            json.WriteNumberValue(number);
        else
            json.WriteNullValue();
    }
}
