using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ConvRec.Scoring;

/// <summary>What a <c>model.zip</c> holds, read without a session and without a copy on the disk.</summary>
/// <param name="Graph">The bytes of the recommender's ONNX model.</param>
/// <param name="Assets">Prompt, tokenizer and catalog.</param>
internal sealed record RecommenderArchive(byte[] Graph, ScoringAssets Assets)
{
    // The names under which ML.NET's ONNX transformer and its value map store what they carry.
    private const string GraphEntry = "OnnxModel";
    private const string AssetsEntry = "DefaultMap.idv";
    private const string StageEntry = "Model.key";

    // Three row mappings, the value map, the graph, and the dropping of columns; chains don't count.
    private const int StageCount = 6;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <param name="isAlone">Whether it may hold no other stages.</param>
    /// <exception cref="InvalidDataException">It is damaged, no recommender, or holds other stages beside one; the sentence names it.</exception>
    public static RecommenderArchive Read(string path, bool isAlone)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var graphs = Entries(zip, GraphEntry);
            var assets = Entries(zip, AssetsEntry);
            if (graphs.Length != 1 || assets.Length != 1)
                throw new InvalidDataException($"{path}: holds no recommender; give the model.zip that training wrote.");
            var stages = Entries(zip, StageEntry).Count(entry => !Signature(entry).Contains("CHAIN", StringComparison.Ordinal));
            if (isAlone && stages != StageCount)
            {
                throw new InvalidDataException(
                    $"{path}: holds {stages} stages, and a recommender has {StageCount}: load a pipeline of your own with mlContext.Model.Load.");
            }

            return new RecommenderArchive(WithoutLength(Bytes(graphs[0])), ScoringAssets.Parse(AssetsJson(Bytes(assets[0])).AsMemory()));
        }
        catch (Exception fault) when (IsDamage(fault) && !fault.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: is cut short, damaged or no saved model ({fault.Message.TrimEnd('.')}); copy or train it again.", fault);
        }
    }

    // How the readers of zip files, of ML.NET's rows and of JSON tell of what they can't read; what is said here begins with the path.
    private static bool IsDamage(Exception fault) => fault is InvalidDataException or EndOfStreamException or FormatException or JsonException;

    private static ZipArchiveEntry[] Entries(ZipArchive zip, string name) => [.. zip.Entries.Where(entry => entry.Name == name)];

    // ML.NET writes what kind of stage it is among a few hundred bytes of its own.
    private static string Signature(ZipArchiveEntry entry) => Encoding.Latin1.GetString(Bytes(entry));

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    // The model's bytes stand behind their number, four bytes.
    private static byte[] WithoutLength(byte[] stored) =>
        stored.Length > sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(stored) == stored.Length - sizeof(int)
            ? stored[sizeof(int)..]
            : throw new InvalidDataException("the graph's length is not what is said");

    // The value map's own rows: a key and the JSON.
    private static string AssetsJson(byte[] rows)
    {
        var view = new MLContext().Data.LoadFromBinary(new InMemory(rows));
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema.Last(column => column.Type is TextDataViewType));
        if (!cursor.MoveNext())
            throw new InvalidDataException("its assets are empty");
        var json = default(ReadOnlyMemory<char>);
        getter(ref json);
        return json.ToString();
    }

    private sealed class InMemory(byte[] bytes) : IMultiStreamSource
    {
        public int Count => 1;

        public string? GetPathOrNull(int index) => null;

        public Stream Open(int index) => new MemoryStream(bytes, writable: false);

        public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
    }
}
