using System.Text.Json;

namespace MLNet.ConvRec.Tests;

/// <summary>Finds golden values (environment variable <c>CONVREC_GOLDEN</c>, else <c>shared/golden</c> beside the repository).</summary>
internal static class GoldenFiles
{
    /// <summary>The folder of golden files; <see langword="null"/> where there is none, so that a test uses cases of its own.</summary>
    public static string? Folder =>
        Environment.GetEnvironmentVariable("CONVREC_GOLDEN") is { Length: > 0 } given ? Existing(given) : Shared("golden");

    /// <summary>The folder <c>shared/data</c> beside the repository; <see langword="null"/> where there is none.</summary>
    public static string? DataFolder => Shared("data");

    /// <summary>The path of a file of the repository, which the tests were built in.</summary>
    public static string InRepository(params string[] path) => Path.Combine([
        Repository()?.FullName ?? throw new DirectoryNotFoundException("The tests do not run from within their repository."), .. path]);

    /// <summary>The cases of one golden file; none where there is no golden folder or it lacks the file.</summary>
    public static JsonElement[] Cases(string fileName)
    {
        if (Folder is not { } folder || !File.Exists(Path.Combine(folder, fileName)))
            return [];
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, fileName)));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    // A folder that was asked for and is not there would let every golden test pass unseen. Test hosts differ in their working folder.
    private static string Existing(string folder)
    {
        if (Directory.Exists(folder))
            return folder;
        return Repository() is { } repository && Path.Combine(repository.FullName, folder) is var inside && Directory.Exists(inside)
            ? inside
            : throw new DirectoryNotFoundException($"CONVREC_GOLDEN names the folder '{folder}', which does not exist.");
    }

    // A linked work tree (git worktree) may lie deeper than the repository itself, so each parent is tried.
    private static string? Shared(string name)
    {
        for (var beside = Repository()?.Parent; beside is not null; beside = beside.Parent)
        {
            var folder = Path.Combine(beside.FullName, "shared", name);
            if (Directory.Exists(folder))
                return folder;
        }

        return null;
    }

    private static DirectoryInfo? Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLNet.ConvRec.sln")))
            folder = folder.Parent;
        return folder;
    }
}
