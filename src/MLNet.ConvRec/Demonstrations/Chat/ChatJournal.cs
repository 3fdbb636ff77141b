using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Keeps answers of language models in a file, one a line, so that none is paid for twice.</summary>
/// <remarks>
/// An answer is on the disk when <see cref="Append"/> returns, whatever happens to the process next. The texts stay in the file; memory
/// holds a key and a place for each, some 250 bytes, 25 MB for 100,000 answers. The file is locked while it is open. Safe for use from
/// several threads.
/// </remarks>
public sealed class ChatJournal : IDisposable
{
    private readonly Dictionary<string, (long Offset, int Length)> _places = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file;
    private long _end;
    private bool _hasFailed;

    private ChatJournal(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How many answers it holds.</summary>
    public long Count { get; private set; }

    /// <summary>Tokens of all prompts that were answered.</summary>
    public long InputTokens { get; private set; }

    /// <summary>Tokens of all answers.</summary>
    public long OutputTokens { get; private set; }

    /// <summary>Opens a journal, or begins one where there is no file; a line torn when its writer was killed is cut off.</summary>
    /// <param name="path">The file; missing folders are made.</param>
    /// <exception cref="IOException">Another run has the journal open, or the file can't be opened.</exception>
    /// <exception cref="InvalidDataException">A line is damaged; the sentence names file and line.</exception>
    public static ChatJournal Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        var journal = new ChatJournal(path, OpenAlone(path));
        try
        {
            journal.ReadAll();
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Returns the answer to a request, or <see langword="null"/> if there is none.</summary>
    /// <param name="key">Identifies the request.</param>
    public ChatAnswer? Find(string key)
    {
        (long Offset, int Length) place;
        lock (_lock)
        {
            if (!_places.TryGetValue(key, out place))
                return null;
        }

        var line = new byte[place.Length];
        for (var filled = 0; filled < line.Length;)
        {
            var read = RandomAccess.Read(_file, line.AsSpan(filled), place.Offset + filled);
            filled += read > 0 ? read : throw new InvalidDataException($"{Path}: the journal was cut while it was in use; run again.");
        }

        return ChatJournalLine.Parse(line).Answer;
    }

    /// <summary>Keeps an answer; returns when it is on the disk.</summary>
    /// <param name="key">Identifies the request.</param>
    /// <param name="answer">The answer.</param>
    /// <exception cref="IOException">The disk does not take it; nothing more is kept then.</exception>
    public void Append(string key, ChatAnswer answer)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(answer);
        var line = new ArrayBufferWriter<byte>();
        ChatJournalLine.Write(line, key, answer);
        var length = line.WrittenCount;
        line.Write("\n"u8);
        lock (_lock)
        {
            AppendBytes(line.WrittenSpan);
            Remember(key, answer, _end, length);
            _end += line.WrittenCount;
        }
    }

    /// <summary>Closes the file and lets others open it.</summary>
    public void Dispose() => _file.Dispose();

    private static SafeFileHandle OpenAlone(string path)
    {
        try
        {
            // Other kinds of sharing lock nothing on Unix.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.GetType() == typeof(IOException))
        {
            throw new IOException(
                $"{path}: another run has this journal open; wait until it ends, or give this run a journal of its own ({error.Message})",
                error);
        }
    }

    private void ReadAll()
    {
        foreach (var line in FileLines.Read(_file))
        {
            if (!line.HasBreak && IsTorn(line))
            {
                RandomAccess.SetLength(_file, line.Offset);
                break;
            }

            var (key, answer) = Parse(line);
            Remember(key, answer, line.Offset, line.Bytes.Length);
            _end = line.Offset + line.Bytes.Length + 1;
            if (!line.HasBreak)
                RandomAccess.Write(_file, "\n"u8, _end - 1);
        }
    }

    // A file that was never a journal must not lose its end to a wrong path.
    private static bool IsTorn(FileLine line)
    {
        if (!ChatJournalLine.MayBegin(line.Bytes.Span))
            return false;
        try
        {
            ChatJournalLine.Parse(line.Bytes.Span);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private (string Key, ChatAnswer Answer) Parse(FileLine line)
    {
        try
        {
            return ChatJournalLine.Parse(line.Bytes.Span);
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException(
                $"{Path}, line {line.Number}: {problem.Message} Check that the file is a journal; if it is, delete this line: its answer "
                + "will be asked and paid for again.",
                problem);
        }
    }

    private void AppendBytes(ReadOnlySpan<byte> bytes)
    {
        if (_hasFailed)
            throw new IOException($"{Path}: an earlier answer could not be written; free disk space and run again.");

        // After a failure the file may end with half a line, which only the next opening cuts off.
        _hasFailed = true;
        RandomAccess.Write(_file, bytes, _end);
        RandomAccess.FlushToDisk(_file);
        _hasFailed = false;
    }

    private void Remember(string key, ChatAnswer answer, long offset, int length)
    {
        _places[key] = (offset, length);
        Count++;
        InputTokens += answer.InputTokens;
        OutputTokens += answer.OutputTokens;
    }
}
