using System.Reflection;
using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>What each graph tells of itself, in the file's <c>metadata_props</c>.</summary>
internal static class GraphMetadata
{
    /// <summary>The policy's <c>config.json</c>, so that weights can be read back from the graph alone.</summary>
    public const string Config = "convrec.config";

    /// <summary>The version of this library.</summary>
    public static string Version { get; } =
        typeof(GraphMetadata).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Returns the entries of a graph.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(PolicyConfig config, GraphForm form)
    {
        yield return new(Config, JsonSerializer.Serialize(config));
        yield return new("convrec.version", Version);
        yield return new("convrec.decoding", NameOf(form.Decoding));
        yield return new("convrec.precision", form.Precision.Name);
        if (form.CatalogHash is { } catalog)
            yield return new("convrec.catalog_sha256", catalog);
        if (form.PolicyHash is { } policy)
            yield return new("convrec.policy_sha256", policy);
    }

    /// <summary>The name of a decoding on the command line and in files.</summary>
    public static string NameOf(ListDecoding decoding) => decoding switch
    {
        ListDecoding.Lines => "lines",
        ListDecoding.First => "first",
        ListDecoding.Joined => "joined",
        _ => throw new ArgumentOutOfRangeException(nameof(decoding), decoding, "Choose Lines, First or Joined."),
    };
}
