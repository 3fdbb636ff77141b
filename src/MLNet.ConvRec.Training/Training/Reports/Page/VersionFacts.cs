using System.Reflection;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>With which versions a page was written.</summary>
internal static class VersionFacts
{
    public static IReadOnlyList<KeyValuePair<string, string>> All { get; } =
    [
        new("MLNet.ConvRec.Training", typeof(VersionFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"),
        new(".NET", $"{Environment.Version}"),
    ];
}
