using System.Security.Cryptography;
using System.Text;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>Dialogues of several files, one after the other, each id once.</summary>
internal static class DialogueInput
{
    /// <summary>Reads the files. Lazy; all of them are looked for at the call.</summary>
    /// <param name="paths">The files, in order.</param>
    /// <param name="skipped">Is told of each malformed line, which is then left out; <see langword="null"/>: the first one throws.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">While enumerating: a line is malformed, or an id stands twice.</exception>
    public static IEnumerable<Dialogue> Read(IReadOnlyList<string> paths, Action<InvalidLine>? skipped, CancellationToken cancellation)
    {
        var reading = new DialogueReadOptions { SkipInvalid = skipped is not null, OnInvalid = skipped };
        return Distinct([.. paths.Select(path => (path, DialogueFile.Read(path, reading)))], cancellation);
    }

    private static IEnumerable<Dialogue> Distinct(
        IReadOnlyList<(string Path, IEnumerable<Dialogue> Dialogues)> files, CancellationToken cancellation)
    {
        var known = new HashSet<UInt128>();
        foreach (var (path, dialogues) in files)
        {
            foreach (var dialogue in dialogues)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!known.Add(Fingerprint(dialogue.Id)))
                {
                    throw new InvalidDataException(
                        $"{path}: the dialogue id \"{dialogue.Id}\" stands twice in the input; give each dialogue its own.");
                }

                yield return dialogue;
            }
        }
    }

    // 16 bytes an id, however long: the ids of a large input are the one thing that scoring remembers.
    private static UInt128 Fingerprint(string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8));
    }
}
