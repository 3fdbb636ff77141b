using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>
/// The lists so far, in a file beside the output, as lines that a kill at any moment leaves whole but for the last; at the end they become
/// the output.
/// </summary>
internal sealed class PartialLists : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly ScoreFiles _files;
    private readonly FileStream _file;
    private readonly bool _isResumable;

    // Nobody else may write it at the same time.
    private PartialLists(ScoreFiles files, FileMode mode, bool isResumable)
    {
        _files = files;
        _isResumable = isResumable;
        _file = new FileStream(files.Partial, mode, FileAccess.ReadWrite, FileShare.None, BufferSize);
        KeepWholeLines();
    }

    /// <summary>How many lists the file holds.</summary>
    public long Count { get; private set; }

    /// <summary>Begins with no list.</summary>
    /// <param name="files">Where.</param>
    /// <param name="identity">What the lists will be made of; <see langword="null"/> if it can't be read again, so that no run can go on.</param>
    public static PartialLists Begin(ScoreFiles files, ScoreIdentity? identity)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(files.Output))!);

        // In this order, lists never stand beside the identity of other ones.
        File.Delete(files.Partial);
        File.Delete(files.Identity);
        identity?.Write(files.Identity);
        return new PartialLists(files, FileMode.Create, isResumable: identity is not null);
    }

    /// <summary>Goes on with the lists of an interrupted run.</summary>
    /// <param name="files">Where.</param>
    /// <param name="identity">What the lists will be made of.</param>
    /// <exception cref="InvalidDataException">They were made of something else.</exception>
    public static PartialLists Resume(ScoreFiles files, ScoreIdentity identity)
    {
        identity.RequireSameAs(files.Identity);
        return new PartialLists(files, FileMode.Open, isResumable: true);
    }

    /// <summary>Adds lists; each is in the file before the next is asked for, so that a kill loses none of them.</summary>
    public void Add(IEnumerable<RecommendationList> lists) => RecommendationFile.Write(_file, Flushed(lists));

    /// <summary>Makes them the output.</summary>
    public void Complete()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        if (IsPlain(_files.Output))
        {
            File.Move(_files.Partial, _files.Output, overwrite: true);
        }
        else
        {
            RecommendationFile.Write(_files.Output, RecommendationFile.Read(_files.Partial));
            File.Delete(_files.Partial);
        }

        File.Delete(_files.Identity);
    }

    /// <summary>After a failure, keeps what a run could go on with and deletes the rest.</summary>
    /// <returns>What to tell the user; <see langword="null"/> if there is nothing to go on with.</returns>
    public string? Interrupt()
    {
        Close();
        if (_isResumable && Count > 0)
            return $"{_files.Partial}: keeps the {Count:N0} list{(Count == 1 ? "" : "s")} so far; the same command with --resume goes on from there.";
        File.Delete(_files.Partial);
        File.Delete(_files.Identity);
        return null;
    }

    public void Dispose() => Close();

    private IEnumerable<RecommendationList> Flushed(IEnumerable<RecommendationList> lists)
    {
        foreach (var list in lists)
        {
            yield return list;
            _file.Flush();
            Count++;
        }
    }

    // What could not be written for want of room can't be written at the end either.
    private void Close()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            _file.SafeFileHandle.Dispose();
        }
    }

    private static bool IsPlain(string path) => !ParquetWriting.IsAskedFor(path) && !path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    // After a kill the last line may be cut; after a loss of power there may be zeros in its place.
    private void KeepWholeLines()
    {
        long end = 0, position = 0;
        int first = -1, last = -1;
        var buffer = new byte[BufferSize];
        while (_file.Read(buffer) is > 0 and var read)
        {
            foreach (var value in buffer.AsSpan(0, read))
            {
                position++;
                if (value != '\n')
                {
                    first = first < 0 ? value : first;
                    last = value;
                    continue;
                }

                if (first != '{' || last != '}')
                {
                    Cut(end);
                    return;
                }

                (Count, end) = (Count + 1, position);
                first = -1;
            }
        }

        Cut(end);
    }

    private void Cut(long end)
    {
        _file.SetLength(end);
        _file.Position = end;
    }
}
