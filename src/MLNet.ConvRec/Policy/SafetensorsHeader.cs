using System.Buffers.Binary;
using System.Text.Json;

namespace MLNet.ConvRec.Policy;

/// <summary>The element types that are read.</summary>
internal enum SafetensorsType
{
    F32,
    F16,
    BF16,
}

/// <summary>Where a tensor stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Count">Number of elements: the product of <paramref name="Shape"/>.</param>
/// <param name="Begin">Offset of its first byte from the start of the data.</param>
/// <param name="End">Offset past its last byte.</param>
internal sealed record SafetensorsEntry(string Name, SafetensorsType Type, long[] Shape, long Count, long Begin, long End);

/// <summary>The header of a safetensors file, checked against every rule of the form before anything is allocated by it.</summary>
/// <param name="Entries">The tensors, by place in the file.</param>
/// <param name="DataStart">Offset of the data in the file.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, long DataStart)
{
    // The form's own limit.
    private const ulong MaximumLength = 100_000_000;

    public static SafetensorsHeader Read(Stream file, string path)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
            throw Fault(path, "the file ends before the length of its header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var start = prefix.Length + (long)Math.Min(length, MaximumLength);
        if (length > MaximumLength || start > file.Length)
            throw Fault(path, $"the header is said to have {length} bytes, more than the file or the form's limit of {MaximumLength}");
        var header = new byte[length];
        file.ReadExactly(header);
        var entries = ReadEntries(header, path);
        CheckPlaces(entries, file.Length - start, path);
        return new SafetensorsHeader(entries, start);
    }

    private static SafetensorsEntry[] ReadEntries(byte[] header, string path)
    {
        if (header is not [(byte)'{', ..])
            throw Fault(path, "the header does not begin with {");
        // JsonElement reports text that is not Unicode by InvalidOperationException.
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return
            [
                .. document.RootElement.EnumerateObject()
                    .Where(member => member.Name != "__metadata__")
                    .Select(member => ReadEntry(member, path))
                    .OrderBy(entry => entry.Begin).ThenBy(entry => entry.End),
            ];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"{path}: the header is not valid JSON with every name once ({fault.Message}); copy the file again.", fault);
        }
    }

    private static SafetensorsEntry ReadEntry(JsonProperty member, string path)
    {
        var (name, value) = (member.Name, member.Value);
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault(path, $"the header's entry of tensor {name} is not an object");
        if (!value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !Enum.TryParse<SafetensorsType>(dtype.GetString(), out var type) || type.ToString() != dtype.GetString())
        {
            var given = dtype.ValueKind == JsonValueKind.Undefined ? "none" : dtype.ToString();
            throw Fault(path, $"tensor {name} is of type {given}; F32, F16 and BF16 are read");
        }

        var shape = Numbers(value, "shape") ?? throw Fault(path, $"tensor {name} has no shape of whole numbers from 0");
        if (Numbers(value, "data_offsets") is not [var begin, var end])
            throw Fault(path, $"tensor {name} has no pair of data_offsets");
        var count = shape.Aggregate((UInt128)1, (product, size) => Saturating(product, size));
        if (begin > end || count > (UInt128)Array.MaxLength || count * Size(type) != (UInt128)(end - begin))
        {
            throw Fault(
                path, $"tensor {name} has the bytes {begin} to {end}, not what {type} of shape [{string.Join(", ", shape)}] takes");
        }

        return new SafetensorsEntry(name, type, shape, (long)count, begin, end);
    }

    private static UInt128 Saturating(UInt128 product, long size) => product > (UInt128)long.MaxValue ? product : product * (UInt128)size;

    // Sorted by place, each tensor begins where the one before it ends, and the last ends the file.
    private static void CheckPlaces(SafetensorsEntry[] entries, long dataLength, string path)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
                throw Fault(path, $"tensor {entry.Name} begins at byte {entry.Begin}, not at {end} where the one before it ends");
            end = entry.End;
        }

        if (end != dataLength)
            throw Fault(path, $"the tensors take {end} bytes, but the file holds {dataLength}");
    }

    private static UInt128 Size(SafetensorsType type) => type == SafetensorsType.F32 ? (UInt128)sizeof(float) : (UInt128)sizeof(ushort);

    private static long[]? Numbers(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var array) || array.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new long[array.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out numbers[i]) || numbers[i] < 0)
                return null;
        }

        return numbers;
    }

    private static InvalidDataException Fault(string path, string what) =>
        new($"{path}: {what}; copy the file again, it is not a whole safetensors file.");
}
