namespace MLNet.ConvRec.Training.Tests;

/// <summary>Finds files that stand beside a test's source.</summary>
internal static class SourceTree
{
    // What a deterministic build, such as CI's, maps the repository's root to.
    private const string MappedRoot = "/_/";

    /// <summary>Returns the folder of a source file.</summary>
    /// <param name="sourceFile">The file, as <see cref="System.Runtime.CompilerServices.CallerFilePathAttribute"/> gives it.</param>
    public static string FolderOf(string sourceFile)
    {
        if (!sourceFile.StartsWith(MappedRoot, StringComparison.Ordinal))
            return Path.GetDirectoryName(sourceFile)!;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "MLNet.ConvRec.sln")))
            root = root.Parent;
        return root is not null
            ? Path.GetDirectoryName(Path.Combine(root.FullName, sourceFile[MappedRoot.Length..]))!
            : throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds MLNet.ConvRec.sln; run the tests where they were built.");
    }
}
