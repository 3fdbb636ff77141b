using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace MLNet.ConvRec.Dialogues;

/// <summary>
/// Reads and writes JSONL files: UTF-8, one object a line, plain or gzip, streaming; every reader of such files is built on this one, and
/// by it reads Parquet as well.
/// </summary>
internal static class JsonLines
{
    private const int BufferSize = 1 << 16;

    // Files, not web pages: letters of all scripts stay readable.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads the objects with their 1-based line numbers; blank lines are passed over.</summary>
    /// <remarks>The elements own their memory and may be kept. Each enumeration opens the file anew.</remarks>
    /// <exception cref="FileNotFoundException">There is no such file; thrown at the call, not at the first element.</exception>
    /// <exception cref="InvalidDataException">A line is not a JSON object; the sentence names file and line.</exception>
    public static IEnumerable<(long Line, JsonElement Object)> Read(string path)
    {
        RequireFile(path);
        return Lines(path);

        static IEnumerable<(long Line, JsonElement Object)> Lines(string path)
        {
            foreach (var (line, element, problem) in Objects(path, OpenFile(path)))
                yield return problem is null ? (line, element) : throw new InvalidDataException(new InvalidLine(path, line, problem).ToString());
        }
    }

    /// <summary>Reads each object through <paramref name="parse"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">
    /// Throws <see cref="InvalidDataException"/> with a sentence (no file or line: they are added here) for a bad object.
    /// </param>
    /// <param name="skipped">Is told of each bad line, which is then left out; <see langword="null"/>: the first bad line throws.</param>
    /// <exception cref="FileNotFoundException">There is no such file; thrown at the call, not at the first element.</exception>
    public static IEnumerable<T> Read<T>(string path, Func<JsonElement, T> parse, Action<InvalidLine>? skipped = null)
    {
        RequireFile(path);
        return Read(path, () => OpenFile(path), parse, skipped);
    }

    /// <summary>Reads each object of a stream, which may be a pipe; otherwise as the reading of a file.</summary>
    /// <param name="path">What errors call it.</param>
    /// <param name="open">Opens the stream, once for each enumeration, whose end closes it.</param>
    /// <param name="parse">As for a file.</param>
    /// <param name="skipped">As for a file.</param>
    public static IEnumerable<T> Read<T>(string path, Func<Stream> open, Func<JsonElement, T> parse, Action<InvalidLine>? skipped)
    {
        foreach (var (line, element, problem) in Objects(path, open()))
        {
            var value = default(T);
            var invalid = problem is null ? TryParse(path, line, element, parse, out value) : new InvalidLine(path, line, problem);
            if (invalid is null)
                yield return value!;
            else if (skipped is null)
                throw new InvalidDataException(invalid.ToString());
            else
                skipped(invalid);
        }
    }

    /// <summary>Writes one object a line through <paramref name="write"/>, as <see cref="AtomicFile.Write"/> does.</summary>
    public static void Write<T>(string path, IEnumerable<T> values, Action<Utf8JsonWriter, T> write) =>
        AtomicFile.Write(path, stream => Write(stream, values, write));

    /// <summary>Writes one object a line; a line is in the stream, whole, before the next value is asked for.</summary>
    public static void Write<T>(Stream stream, IEnumerable<T> values, Action<Utf8JsonWriter, T> write)
    {
        using var json = new Utf8JsonWriter(stream, Readable);
        foreach (var value in values)
        {
            write(json, value);
            json.Flush();
            stream.WriteByte((byte)'\n');
            json.Reset();
        }
    }

    /// <summary>Returns the object that a line holds, without the line break.</summary>
    public static string Line<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        using var bytes = new MemoryStream();
        Write(bytes, [value], write);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length - 1);
    }

    /// <summary>Writes the fields <c>title</c> and, where there is one, <c>year</c>.</summary>
    public static void WriteItem(this Utf8JsonWriter json, string title, int? year)
    {
        json.WriteString("title", title);
        if (year is { } known)
            json.WriteNumber("year", known);
    }

    /// <summary>Throws if there is no such file.</summary>
    public static void RequireFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file; check the path.", path);
    }

    private static InvalidLine? TryParse<T>(string path, long line, JsonElement element, Func<JsonElement, T> parse, out T? value)
    {
        try
        {
            value = parse(element);
            return null;
        }
        catch (InvalidDataException problem)
        {
            value = default;
            return new InvalidLine(path, line, problem.Message);
        }
    }

    // Lines of text or rows of Parquet; either the object or what is wrong with it.
    private static IEnumerable<(long Line, JsonElement Object, string? Problem)> Objects(string path, Stream stream)
    {
        using var whole = stream;
        if (ParquetRows.IsParquet(stream))
        {
            foreach (var row in ParquetRows.Read(path, stream))
                yield return row;
            yield break;
        }

        using var lines = new ByteLines(path, stream);
        while (TryReadObject(lines, out var element, out var problem))
            yield return (lines.Number, element, problem);
    }

    private static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);

    // False at the end of the file. Otherwise either an object or what is wrong with the line.
    private static bool TryReadObject(ByteLines lines, out JsonElement element, out string? problem)
    {
        element = default;
        problem = null;
        while (lines.TryRead(out var line))
        {
            line = line.Trim(" \t\r"u8);
            if (line.IsEmpty)
                continue;
            problem = ParseObject(line, out element);
            return true;
        }

        return false;
    }

    private static string? ParseObject(ReadOnlySpan<byte> line, out JsonElement element)
    {
        element = default;
        if (line.StartsWith(ParquetRows.Magic))
            return "Parquet, which can't be read from a pipe; give the file by its name.";
        if (!Utf8.IsValid(line))
            return "not UTF-8; save the file in UTF-8.";
        try
        {
            element = JsonElement.Parse(line);
        }
        catch (JsonException error)
        {
            return $"not valid JSON at byte {error.BytePositionInLine + 1}; every line must be one complete JSON object.";
        }

        return element.ValueKind == JsonValueKind.Object
            ? null
            : "not a JSON object; every line must be one complete JSON object, like {\"id\":…}.";
    }
}
