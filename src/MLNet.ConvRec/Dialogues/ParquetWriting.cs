using Parquet;
using Parquet.Serialization;

namespace MLNet.ConvRec.Dialogues;

/// <summary>Writes rows as a Parquet file, complete or not at all.</summary>
internal static class ParquetWriting
{
    // What a reader holds in memory at once: some ten megabytes of dialogues.
    private const int RowsPerGroup = 5000;

    /// <summary>Returns whether the name asks for Parquet.</summary>
    public static bool IsAskedFor(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes rows one group after the other, as <see cref="AtomicFile.Write"/> does.</summary>
    /// <exception cref="ArgumentException">The path is a pipe or a device, where a file that is written in two directions has no place.</exception>
    public static void Write<T>(string path, IEnumerable<T> rows)
    {
        if (WriteTarget.IsThrough(path))
            throw new ArgumentException($"{path} is a pipe or a device, which takes no Parquet; give a file, or a name without .parquet for JSONL.");

        // Writing to a file never waits for anything else: the task is done when it comes back.
        AtomicFile.Write(path, stream => ParquetSerializer.SerializeAsync(rows, stream, new ParquetOptions { RowGroupSize = RowsPerGroup }).GetAwaiter().GetResult());
    }
}
