using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>A safetensors file that stays open and is mapped into memory window by window, never as a whole.</summary>
/// <remarks>
/// Closed when the last tensor of it is collected. Meanwhile the file may be renamed, replaced or deleted (its tensors stay what they were), but not
/// changed in place. Safe for use from several threads.
/// </remarks>
internal sealed class SafetensorsMapping
{
    // What is resident of the file at a time, for each thread that reads.
    private const int Window = 32 << 20;

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _mapping;
    private readonly string _path;
    private readonly long _length;

    private SafetensorsMapping(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
        _length = RandomAccess.GetLength(file);
        _mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
    }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="InvalidDataException">The file breaks a rule of the form; the sentence says which.</exception>
    public static (SafetensorsMapping Mapping, SafetensorsHeader Header) Open(string path)
    {
        var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
        try
        {
            var header = SafetensorsHeader.Read(file, path);
            return (new SafetensorsMapping(file, path), header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies bytes out of the file.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="bytes">Filled.</param>
    /// <exception cref="InvalidDataException">The file was cut or written to since it was opened.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // Reading a mapping past the end of its file would end the process, not throw.
            if (RandomAccess.GetLength(_file) != _length)
                throw new InvalidDataException($"{_path}: the file was changed while its weights were in use; load the policy again.");
            var part = bytes[..Math.Min(bytes.Length, Window)];
            using var view = _mapping.CreateViewStream(offset, part.Length, MemoryMappedFileAccess.Read);
            view.ReadExactly(part);
            bytes = bytes[part.Length..];
            offset += part.Length;
        }
    }
}
