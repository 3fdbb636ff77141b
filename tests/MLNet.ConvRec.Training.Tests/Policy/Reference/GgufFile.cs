using System.Runtime.InteropServices;
using System.Text;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Writes llama.cpp's form of a checkpoint (GGUF version 3): metadata, then float32 tensors.</summary>
internal sealed class GgufFile
{
    private const int Alignment = 32;
    private const uint Version = 3;

    private readonly List<(string Key, Action<BinaryWriter> Value)> _metadata = [];
    private readonly List<(string Name, long[] Shape, Func<float[]> Values)> _tensors = [];

    // The form's numbers of its types.
    private enum ValueType : uint
    {
        UInt32 = 4,
        Int32 = 5,
        Float32 = 6,
        Text = 8,
        Array = 9,
    }

    public void Add(string key, int value) => AddTyped(key, ValueType.UInt32, writer => writer.Write(value));

    public void Add(string key, double value) => AddTyped(key, ValueType.Float32, writer => writer.Write((float)value));

    public void Add(string key, string value) => AddTyped(key, ValueType.Text, writer => WriteText(writer, value));

    public void Add(string key, IReadOnlyList<string> values) => AddArray(key, ValueType.Text, values, WriteText);

    public void Add(string key, IReadOnlyList<int> values) => AddArray(key, ValueType.Int32, values, (writer, value) => writer.Write(value));

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">llama.cpp's name for it.</param>
    /// <param name="shape">Row-major dimensions, as ours are; the form has them the other way round.</param>
    /// <param name="values">Read when the file is written.</param>
    public void AddTensor(string name, long[] shape, Func<float[]> values) => _tensors.Add((name, shape, values));

    public void Write(string path)
    {
        using var file = File.Create(path);
        using var writer = new BinaryWriter(file, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((long)_tensors.Count);
        writer.Write((long)_metadata.Count);
        foreach (var (key, value) in _metadata)
        {
            WriteText(writer, key);
            value(writer);
        }

        WriteTensorTable(writer);
        foreach (var (_, _, values) in _tensors)
        {
            Pad(writer);
            writer.Write(MemoryMarshal.AsBytes<float>(values()));
        }
    }

    private void WriteTensorTable(BinaryWriter writer)
    {
        var offset = 0L;
        foreach (var (name, shape, _) in _tensors)
        {
            WriteText(writer, name);
            writer.Write(shape.Length);
            foreach (var length in shape.Reverse())
                writer.Write(length);
            writer.Write(0u); // float32
            writer.Write(offset);
            var bytes = shape.Aggregate((long)sizeof(float), (product, length) => product * length);
            offset += (bytes + Alignment - 1) / Alignment * Alignment;
        }
    }

    private void AddTyped(string key, ValueType type, Action<BinaryWriter> value) => _metadata.Add((key, writer =>
    {
        writer.Write((uint)type);
        value(writer);
    }
    ));

    private void AddArray<T>(string key, ValueType type, IReadOnlyList<T> values, Action<BinaryWriter, T> write) =>
        AddTyped(key, ValueType.Array, writer =>
        {
            writer.Write((uint)type);
            writer.Write((long)values.Count);
            foreach (var value in values)
                write(writer, value);
        });

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(BinaryWriter writer)
    {
        while (writer.BaseStream.Position % Alignment != 0)
            writer.Write((byte)0);
    }
}
