using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Tests.Policy.Checkpoints;

/// <summary>Small safetensors files with one to three faults in them: bits, bytes, lengths, numbers, spliced and torn JSON.</summary>
internal static partial class SafetensorsMutation
{
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2", "3", "4", "7", "8", "16", "-0", "1.0", "1e3", "1e400", "2147483647", "2147483648", "4294967296", "4611686018427387904",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "99999999999999999999999999", "null", "\"1\"", "[]",
    ];

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0061", "\\ud800", "\\u0000", "null", "true", " ", "\n", "/*", "//", "\u00e4", "\ud83d\ude00", "{}", "[0]",
        "\"__metadata__\":{\"a\":\"b\"},", "\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},", "\"dtype\":\"F16\",", "\"shape\":[1],",
        "\"data_offsets\":[0,4],", "\"z\":{\"dtype\":\"BF16\",\"shape\":[0,5],\"data_offsets\":[8,8]},", "F64", "I8", "BF16", "F16", "F32",
    ];

    /// <summary>Makes the next file.</summary>
    public static byte[] Next(Random random)
    {
        var (header, data) = Valid(random);
        var claimed = (ulong)header.Length;
        for (var fault = random.Next(1, 4); fault > 0; fault--)
        {
            (header, var isTrue) = Mutate(header, random);
            claimed = isTrue ? (ulong)header.Length : Length(header, data, random);
        }

        if (random.Next(8) == 0)
            data = data[..random.Next(data.Length + 1)];
        var file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimed);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return random.Next(30) == 0 ? file[..random.Next(file.Length)] : file;
    }

    private static (byte[] Header, byte[] Data) Valid(Random random)
    {
        var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        var end = 0;
        for (var tensor = random.Next(6); tensor >= 0; tensor--)
        {
            var (dtype, size) = random.Next(3) switch { 0 => ("F32", 4), 1 => ("F16", 2), _ => ("BF16", 2) };
            int[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(5))];
            var begin = end;
            end += shape.Aggregate(size, (product, length) => product * length);
            header.Append(CultureInfo.InvariantCulture, $",\"model.layers.{tensor}.weight\":{{\"dtype\":\"{dtype}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{begin},{end}]}}");
        }

        header.Append('}');
        while (header.Length % 8 != 0)
            header.Append(' ');
        var data = new byte[end];
        random.NextBytes(data);
        return (Encoding.UTF8.GetBytes(header.ToString()), data);
    }

    private static (byte[] Header, bool IsLengthTrue) Mutate(byte[] header, Random random)
    {
        var at = random.Next(header.Length + 1);
        switch (random.Next(9))
        {
            case 0 when header.Length > 0:
                header[at % header.Length] ^= (byte)(1 << random.Next(8));
                return (header, true);
            case 1 when header.Length > 0:
                header[at % header.Length] = (byte)random.Next(256);
                return (header, true);
            case 2:
                return (header[..at], true);
            case 3:
                return (header, false);
            case 4:
                return ([.. header[..at], .. Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]), .. header[at..]], true);
            case 5:
                var (from, to) = (random.Next(header.Length + 1), random.Next(header.Length + 1));
                return ([.. header[..at], .. header[Math.Min(from, to)..Math.Max(from, to)], .. header[at..]], true);
            case 6:
                return ([.. header[..at], .. header[Math.Min(header.Length, at + random.Next(1, 40))..]], true);
            case 7:
                return (Replace(header, Quoted(), $"\"{Pieces[random.Next(Pieces.Length)]}\"", random), true);
            default:
                return (Replace(header, Number(), Numbers[random.Next(Numbers.Length)], random), true);
        }
    }

    private static byte[] Replace(byte[] header, Regex what, string by, Random random)
    {
        // Latin-1, so that broken UTF-8 survives.
        var text = Encoding.Latin1.GetString(header);
        var found = what.Matches(text);
        if (found.Count == 0)
            return header;
        var match = found[random.Next(found.Count)];
        return [.. Encoding.Latin1.GetBytes(text[..match.Index]), .. Encoding.UTF8.GetBytes(by), .. Encoding.Latin1.GetBytes(text[(match.Index + match.Length)..])];
    }

    private static ulong Length(byte[] header, byte[] data, Random random) => random.Next(6) switch
    {
        0 => (ulong)random.Next(header.Length + data.Length + 20),
        1 => (ulong)(header.Length + data.Length),
        2 => 100_000_000 + (ulong)random.Next(2),
        3 => ulong.MaxValue - (ulong)random.Next(20),
        4 => (ulong)random.NextInt64(),
        _ => (ulong)header.Length + 1,
    };

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("(?<![a-zA-Z])[0-9]+")]
    private static partial Regex Number();
}
