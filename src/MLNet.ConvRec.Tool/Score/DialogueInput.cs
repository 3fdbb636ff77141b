using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>Dialogues of several files, one after the other; an id that stands twice near by is refused.</summary>
/// <param name="paths">The files, in order; <see cref="InputFiles.Standard"/> is standard input.</param>
/// <param name="skipped">Is told of each malformed line, which is then left out; <see langword="null"/>: the first one throws.</param>
/// <param name="cancellation">Stops the reading.</param>
internal sealed class DialogueInput(IReadOnlyList<string> paths, Action<InvalidLine>? skipped, CancellationToken cancellation)
{
    /// <summary>How many ids are remembered: some ten megabytes.</summary>
    public const int Window = 100_000;

    private const int BufferSize = 1 << 16;

    private readonly long? _length = paths.All(InputFiles.IsRereadable) ? paths.Sum(path => new FileInfo(WriteTarget.Of(path)).Length) : null;
    private long _read;

    /// <summary>Which share of the files' bytes was read; <see langword="null"/> where their length is unknown.</summary>
    public double? ShareRead => _length is { } length and > 0 ? Math.Min(1, (double)Interlocked.Read(ref _read) / length) : null;

    /// <summary>Reads the files. Lazy; once only if one is standard input or a pipe.</summary>
    /// <exception cref="InvalidDataException">While enumerating: a line is malformed, or an id stands twice within the window.</exception>
    public IEnumerable<Dialogue> Read()
    {
        var reading = new DialogueReadOptions { SkipInvalid = skipped is not null, OnInvalid = skipped };
        var recent = new RecentIds(Window);
        foreach (var path in paths)
        {
            foreach (var dialogue in DialogueFile.Read(path, () => new CountingStream(Open(path), Count), reading))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!recent.Add(dialogue.Id))
                {
                    throw new InvalidDataException(
                        $"{path}: the dialogue id \"{dialogue.Id}\" stands twice in the input; give each dialogue its own.");
                }

                yield return dialogue;
            }
        }
    }

    private static Stream Open(string path) => path == InputFiles.Standard
        ? Console.OpenStandardInput()
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);

    private void Count(int bytes) => Interlocked.Add(ref _read, bytes);
}
