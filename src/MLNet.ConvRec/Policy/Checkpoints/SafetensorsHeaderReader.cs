using System.Text.Json;
using System.Text.Unicode;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>Reads the JSON of a safetensors header; nothing is allocated but the entries.</summary>
internal ref struct SafetensorsHeaderReader
{
    // Types of the form that weights of a policy don't have.
    private static readonly HashSet<string> OtherTypes = new(StringComparer.Ordinal)
    {
        "BOOL", "F4", "F6_E2M3", "F6_E3M2", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ",
        "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64", "F64", "C64",
    };

    private readonly string _path;
    private readonly Dictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<long> _numbers = [];
    private Utf8JsonReader _json;

    private SafetensorsHeaderReader(ReadOnlySpan<byte> header, string path)
    {
        _path = path;
        _json = new Utf8JsonReader(header);
    }

    /// <summary>Reads the entries by name; that they fit together in the file is not checked here.</summary>
    /// <exception cref="InvalidDataException">The header breaks a rule of the form; the sentence says which.</exception>
    public static Dictionary<string, SafetensorsEntry> Read(ReadOnlySpan<byte> header, string path)
    {
        if (header is not [(byte)'{', ..])
            throw SafetensorsFault.NotWhole(path, "the header does not begin with {");
        if (!Utf8.IsValid(header))
            throw SafetensorsFault.NotWhole(path, "the header is not valid UTF-8");
        try
        {
            var reader = new SafetensorsHeaderReader(header, path);
            reader.ReadAll();
            return reader._entries;
        }
        catch (JsonException fault)
        {
            throw SafetensorsFault.NotWhole(path, $"the header is not valid JSON ({SafetensorsFault.Shown(fault.Message)})", fault);
        }
        catch (InvalidOperationException fault)
        {
            // Escapes may spell what is no text: a surrogate alone.
            throw SafetensorsFault.NotWhole(path, "a text in the header is not Unicode text", fault);
        }
    }

    private void ReadAll()
    {
        _json.Read();
        var hasMetadata = false;
        while (NextMember("the header"))
        {
            var name = _json.GetString()!;
            _json.Read();
            if (name != "__metadata__")
            {
                if (!_entries.TryAdd(name, ReadEntry(SafetensorsFault.Shown(name))))
                    throw Fault($"tensor {SafetensorsFault.Shown(name)} is in the header twice");
                continue;
            }

            if (hasMetadata)
                throw Fault("__metadata__ is in the header twice");
            hasMetadata = true;
            ReadMetadata();
        }

        // Fails if anything but white space follows.
        _json.Read();
    }

    private void ReadMetadata()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            throw Fault("__metadata__ is not an object of texts");
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (NextMember("__metadata__"))
        {
            if (!names.Add(_json.GetString()!))
                throw Fault("a name is in __metadata__ twice");
            _json.Read();
            if (_json.TokenType != JsonTokenType.String)
                throw Fault("__metadata__ holds something that is not a text");
            _json.GetString();
        }
    }

    private SafetensorsEntry ReadEntry(string tensor)
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            throw Fault($"the header's entry of tensor {tensor} is not an object");
        WeightType? type = null;
        long[]? shape = null, offsets = null;
        while (NextMember(tensor))
        {
            if (_json.ValueTextEquals("dtype"u8))
                type = Once(tensor, "dtype", type is null, ReadType(tensor));
            else if (_json.ValueTextEquals("shape"u8))
                shape = Once(tensor, "shape", shape is null, ReadNumbers() ?? throw Fault($"tensor {tensor} has no shape of whole numbers from 0"));
            else if (_json.ValueTextEquals("data_offsets"u8))
                offsets = Once(tensor, "data_offsets", offsets is null, ReadPair() ?? throw Fault($"tensor {tensor} has no pair of data_offsets"));
            else
                throw Fault($"tensor {tensor} has {SafetensorsFault.Shown(_json.GetString()!)} beside dtype, shape and data_offsets");
        }

        return Entry(
            tensor,
            type ?? throw Fault($"tensor {tensor} has no dtype"),
            shape ?? throw Fault($"tensor {tensor} has no shape"),
            offsets ?? throw Fault($"tensor {tensor} has no pair of data_offsets"));
    }

    private readonly SafetensorsEntry Entry(string tensor, WeightType type, long[] shape, long[] offsets)
    {
        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end)
            throw Fault($"tensor {tensor} begins at byte {begin} and ends at {end}, before it begins");
        var count = (UInt128)1;
        foreach (var size in shape)
        {
            count *= (UInt128)size;
            if (count > (UInt128)(long.MaxValue / type.Size))
                throw Fault($"the shape of tensor {tensor} multiplies to more than a file can hold");
        }

        if (count * (UInt128)type.Size != (UInt128)(end - begin))
            throw Fault($"tensor {tensor} has {end - begin} bytes, but {type.Dtype} of its shape takes {count * (UInt128)type.Size}");
        return new SafetensorsEntry(type, shape, begin, end);
    }

    private readonly T Once<T>(string tensor, string member, bool isFirst, T value) =>
        isFirst ? value : throw Fault($"tensor {tensor} has {member} twice");

    private WeightType ReadType(string tensor)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.String)
            throw Fault($"the dtype of tensor {tensor} is not a text");
        if (_json.ValueTextEquals("BF16"u8))
            return WeightType.BFloat16;
        if (_json.ValueTextEquals("F32"u8))
            return WeightType.Float32;
        if (_json.ValueTextEquals("F16"u8))
            return WeightType.Float16;
        var dtype = _json.GetString()!;
        throw OtherTypes.Contains(dtype)
            ? new InvalidDataException(
                $"{_path}: tensor {tensor} is of type {dtype}; F32, F16 and BF16 are read: "
                + "use a checkpoint in bfloat16, float16 or float32, not quantized.")
            : Fault($"tensor {tensor} is of type {SafetensorsFault.Shown(dtype)}, which the form doesn't know");
    }

    private long[]? ReadPair() => ReadNumbers() is [_, _] pair ? pair : null;

    // Null where there is anything but an array of whole numbers from 0 that fit in 63 bits.
    private long[]? ReadNumbers()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
            return null;
        _numbers.Clear();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetUInt64(out var number) || number > long.MaxValue)
                return null;
            _numbers.Add((long)number);
        }

        return [.. _numbers];
    }

    private bool NextMember(string owner)
    {
        if (!_json.Read())
            throw Fault($"the header ends within {owner}");
        return _json.TokenType == JsonTokenType.PropertyName;
    }

    private readonly InvalidDataException Fault(string what) => SafetensorsFault.NotWhole(_path, what);
}
