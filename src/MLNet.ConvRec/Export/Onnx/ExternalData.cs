using System.Globalization;
using Google.Protobuf;

namespace MLNet.ConvRec.Export.Onnx;

/// <summary>Writes a model file; what one file can't hold goes into a second, <c>NAME_data</c>, beside it.</summary>
internal static class ExternalData
{
    // Loaders map tensors from the file: they begin at pages.
    private const int Alignment = 4096;

    // Shapes and constants stay in the graph, where loaders look at them.
    private const int SmallestMoved = 1024;

    /// <summary>Writes a model.</summary>
    /// <param name="model">The model; its large tensors are emptied where they go into the second file.</param>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">The most bytes of one file.</param>
    /// <returns>Whether there are two files.</returns>
    public static bool Write(ModelProto model, string path, long maximumBytes)
    {
        var isLarge = model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length) > maximumBytes;
        if (isLarge)
            MoveTensors(model, path + "_data");
        using var file = File.Create(path);
        model.WriteTo(file);
        return isLarge;
    }

    private static void MoveTensors(ModelProto model, string path)
    {
        using var data = File.Create(path);
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.RawData.Length >= SmallestMoved))
        {
            data.Position = (data.Position + Alignment - 1) / Alignment * Alignment;
            Add(tensor, "location", Path.GetFileName(path));
            Add(tensor, "offset", data.Position.ToString(CultureInfo.InvariantCulture));
            Add(tensor, "length", tensor.RawData.Length.ToString(CultureInfo.InvariantCulture));
            data.Write(tensor.RawData.Span);
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
        }
    }

    private static void Add(TensorProto tensor, string key, string value) =>
        tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
}
