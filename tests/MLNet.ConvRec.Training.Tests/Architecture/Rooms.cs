using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Training.Tests.Architecture;

/// <summary>A room of the house: a folder of the sources, and what docs/architecture.md allows it.</summary>
/// <param name="Name">The folder below the project's, such as <c>Demonstrations/Remap</c>.</param>
/// <param name="Uses">The rooms of the same stage that it may use, each with all below it.</param>
internal sealed record Room(string Name, IReadOnlyList<string> Uses)
{
    /// <summary>The room's stage.</summary>
    public string Stage => Name.Split('/')[0];

    /// <summary>Whether this room may use another of its stage: itself, the roots above it, what the page names.</summary>
    public bool MayUse(Room other) =>
        Name == other.Name || Name.StartsWith($"{other.Name}/", StringComparison.Ordinal)
        || Uses.Any(name => other.Name == name || other.Name.StartsWith($"{name}/", StringComparison.Ordinal));
}

/// <summary>The rooms as the page draws them, and the files as they lie.</summary>
internal static partial class Rooms
{
    private const string AllBelow = "all of its rooms";

    /// <summary>The rooms of the page, in its order.</summary>
    public static IReadOnlyList<Room> OfPage { get; } = [.. File.ReadLines(Path.Combine(Root(), "docs", "architecture.md"))
        .SkipWhile(line => !line.StartsWith("| room", StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Select(cells => new Room(cells[1].Trim('`'), Uses(cells[1].Trim('`'), cells[3])))];

    /// <summary>The room of each source file of the two libraries, by what the file declares: full name of a type, room.</summary>
    public static IReadOnlyDictionary<string, string> OfTypes { get; } = new[] { "MLNet.ConvRec", "MLNet.ConvRec.Training" }
        .Select(project => Path.Combine(Root(), "src", project))
        .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: file, Room: Path.GetRelativePath(project, Path.GetDirectoryName(file)!).Replace('\\', '/')))
            .Where(file => file.Room != "." && file.Room.Split('/')[0] is not ("obj" or "bin")))
        .SelectMany(file => Declared(File.ReadAllText(file.Path)).Select(type => (type, file.Room)))
        .DistinctBy(pair => pair.type).ToDictionary(pair => pair.type, pair => pair.Room);

    private static string[] Uses(string room, string cell)
    {
        var stage = room.Split('/')[0];
        var named = Name().Matches(cell).Select(match => $"{stage}/{match.Groups[1].Value}");
        var parent = room.Contains('/', StringComparison.Ordinal) ? room[..room.LastIndexOf('/')] : stage;
        string[] siblings = [.. named.Select(name => parent != stage && !Stands(name) ? $"{parent}/{name.Split('/')[1]}" : name)];
        return cell.Contains(AllBelow, StringComparison.Ordinal) ? [.. siblings, room] : siblings;
    }

    // A room within a room names its neighbours by their last name.
    private static bool Stands(string room) =>
        new[] { "MLNet.ConvRec", "MLNet.ConvRec.Training" }.Any(project => Directory.Exists(Path.Combine(Root(), "src", project, room)));

    private static IEnumerable<string> Declared(string source)
    {
        var space = Namespace().Match(source).Groups[1].Value;
        return Type().Matches(source).Select(match => $"{space}.{match.Groups[1].Value}{Generic(match.Groups[2].Value)}");
    }

    // Reflection writes how many type parameters a type has behind a back-tick.
    private static string Generic(string parameters) => parameters.Length == 0 ? "" : $"`{parameters.Count(letter => letter == ',') + 1}";

    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(SourceTree.FolderOf(thisFile), "..", "..", ".."));

    [GeneratedRegex("`([A-Za-z0-9]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:public|internal)\s+(?:\w+\s+)*?(?:class|record struct|record|struct|enum|interface)\s+(\w+)(<[^>]+>)?", RegexOptions.Multiline)]
    private static partial Regex Type();
}
