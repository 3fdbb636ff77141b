using System.IO.Compression;
using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Export.Matrices;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Scoring;

/// <summary>Takes a <c>model.zip</c> apart: its graph holds the weights, its value map the assets.</summary>
internal static class SavedParts
{
    // The names under which ML.NET's transformers save them.
    private const string GraphEntry = "OnnxModel";
    private const string MapEntry = "DefaultMap.idv";

    /// <summary>Reads the parts of a file.</summary>
    /// <exception cref="InvalidDataException">The file is no saved recommender, or one of an earlier version.</exception>
    public static RecommenderParts Read(MLContext ml, string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var assets = ScoringAssets.Parse(Assets(ml, Find(zip, MapEntry, path)));
            var weights = GraphWeights.Read(Graph(Find(zip, GraphEntry, path)), path);
            return new RecommenderParts(new PolicyModel(weights, assets.Prompt.Tokenizer, assets.Prompt.Options), assets.Catalog);
        }
        catch (Exception fault) when (IsDamage(fault, path))
        {
            throw new InvalidDataException($"{path}: is cut short, damaged or no saved model ({fault.Message.TrimEnd('.')}); copy or train it again.", fault);
        }
    }

    // The reader of zip files and that of graphs don't know the file's name; what is said here begins with it.
    private static bool IsDamage(Exception fault, string path) => fault is InvalidProtocolBufferException or FormatException or EndOfStreamException
        || (fault is InvalidDataException && !fault.Message.StartsWith(path, StringComparison.Ordinal));

    // ML.NET writes how many bytes there are, and then the bytes.
    private static ModelProto Graph(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        content.ReadExactly(new byte[sizeof(int)]);
        return ModelProto.Parser.ParseFrom(content);
    }

    private static ReadOnlyMemory<char> Assets(MLContext ml, ZipArchiveEntry entry)
    {
        using var copy = new MemoryStream();
        using (var content = entry.Open())
            content.CopyTo(copy);
        copy.Position = 0;
        var rows = ml.Data.LoadFromBinary(new MemorySource(copy.ToArray()));
        return rows.GetColumn<ReadOnlyMemory<char>>(rows.Schema[^1]).Single();
    }

    private static ZipArchiveEntry Find(ZipArchive zip, string name, string path) =>
        zip.Entries.FirstOrDefault(entry => entry.FullName.Replace('\\', '/').EndsWith($"/{name}", StringComparison.Ordinal))
            ?? throw new InvalidDataException($"{path}: holds no recommender ({name} is missing); give the model.zip that training wrote.");

    // ML.NET reads a file's rows from a source that it can open again.
    private sealed class MemorySource(byte[] content) : IMultiStreamSource
    {
        public int Count => 1;

        public string? GetPathOrNull(int index) => null;

        public Stream Open(int index) => new MemoryStream(content, writable: false);

        public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
    }
}
