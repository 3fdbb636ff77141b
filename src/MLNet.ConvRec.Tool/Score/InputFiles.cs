using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>The files that <c>--input</c> names: themselves, by their folder, or by a pattern with <c>*</c>.</summary>
internal static class InputFiles
{
    /// <summary>Standard input.</summary>
    public const string Standard = "-";

    private static readonly string[] Endings = [".jsonl", ".jsonl.gz", ".parquet"];

    // What a run leaves beside its output is never its input, so that both may be in one folder.
    private static readonly string[] Leftovers = [ScoreFiles.PartialEnding, ScoreFiles.RejectedEnding];

    /// <summary>Returns the files in the order in which they are scored: as named; those of a folder or a pattern by their names.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A folder or a pattern leads to no file.</exception>
    public static IReadOnlyList<string> Of(IEnumerable<string> words) => [.. words.SelectMany(Of)];

    /// <summary>Returns whether a file can be read again from its beginning: it is none of standard input, a pipe or a device.</summary>
    public static bool IsRereadable(string path) => path != Standard && !WriteTarget.IsThrough(path);

    private static IEnumerable<string> Of(string word)
    {
        if (word == Standard || File.Exists(word))
            return [word];
        if (Directory.Exists(word))
            return InFolder(word);
        if (word.Contains('*', StringComparison.Ordinal))
            return Matching(word);
        JsonLines.RequireFile(word);
        return [word];
    }

    private static string[] InFolder(string folder)
    {
        var files = Sorted(Directory.EnumerateFiles(folder).Where(path => Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))));
        return files.Length > 0
            ? files
            : throw new InvalidDataException($"--input {folder}: the folder holds no {string.Join(", no ", Endings.Select(ending => $"*{ending}"))}; name a file or another folder.");
    }

    // ** stands for any folders.
    private static string[] Matching(string pattern)
    {
        var parts = pattern.Split('/', Path.DirectorySeparatorChar);
        var fixedParts = parts.TakeWhile(part => !part.Contains('*', StringComparison.Ordinal)).Count();
        var root = string.Join('/', parts[..fixedParts]);
        if (fixedParts > 0 && root.Length == 0)
            root = "/";
        var matcher = new Matcher(StringComparison.Ordinal).AddInclude(string.Join('/', parts[fixedParts..]));
        var matches = matcher.Execute(new DirectoryInfoWrapper(new DirectoryInfo(root.Length == 0 ? "." : root))).Files;
        var files = Sorted(matches.Select(match => Path.Combine(root, match.Path)));
        return files.Length > 0 ? files : throw new InvalidDataException($"--input {pattern}: no file is called so; check the pattern.");
    }

    private static string[] Sorted(IEnumerable<string> paths) =>
        [.. paths.Where(path => !Leftovers.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
}
