using System.Buffers.Binary;
using System.Text;

namespace MLNet.ConvRec.Training.Tests.Training.Reports.Files;

/// <summary>An event as TensorBoard reads it.</summary>
internal sealed record ReadEvent(double WallTime, long Step, string? Version, bool IsStart, IReadOnlyDictionary<string, float> Values);

/// <summary>Reads TensorBoard's files by the formats' descriptions, with nothing of what writes them: bitwise CRC-32C, protobuf's wire format by hand.</summary>
internal static class EventReader
{
    public static ReadEvent[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<ReadEvent>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var content = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(content), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(Event(content.ToArray()));
            at += 12 + length + 4;
        }

        return [.. events];
    }

    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    }

    private static ReadEvent Event(byte[] message)
    {
        var read = new ReadEvent(0, 0, null, false, new Dictionary<string, float>());
        foreach (var (field, number, content) in Fields(message))
        {
            read = field switch
            {
                1 => read with { WallTime = BitConverter.Int64BitsToDouble(number) },
                2 => read with { Step = number },
                3 => read with { Version = Encoding.UTF8.GetString(content) },
                5 => read with { Values = Fields(content).Where(value => value.Field == 1).Select(value => Value(value.Content)).ToDictionary() },
                7 => read with { IsStart = Fields(content).Any(status => status is { Field: 1, Number: 1 }) },
                _ => throw new InvalidDataException($"An event has no field {field}."),
            };
        }

        return read;
    }

    private static (string, float) Value(byte[] message)
    {
        var fields = Fields(message).ToArray();
        return (Encoding.UTF8.GetString(fields.Single(field => field.Field == 1).Content), BitConverter.Int32BitsToSingle((int)fields.Single(field => field.Field == 2).Number));
    }

    private static IEnumerable<(int Field, long Number, byte[] Content)> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint();
            switch (key & 7)
            {
                case 0:
                    yield return ((int)(key >> 3), Varint(), []);
                    break;
                case 1:
                    at += 8;
                    yield return ((int)(key >> 3), BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at - 8)), []);
                    break;
                case 2:
                    var length = (int)Varint();
                    at += length;
                    yield return ((int)(key >> 3), 0, message[(at - length)..at]);
                    break;
                case 5:
                    at += 4;
                    yield return ((int)(key >> 3), BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at - 4)), []);
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7}.");
            }
        }

        long Varint()
        {
            var value = 0L;
            for (var shift = 0; ; shift += 7)
            {
                var each = message[at++];
                value |= (long)(each & 0x7F) << shift;
                if (each < 0x80)
                    return value;
            }
        }
    }
}
