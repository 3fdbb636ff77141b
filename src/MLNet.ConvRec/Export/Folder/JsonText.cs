using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.ConvRec.Export.Folder;

/// <summary>JSON as files hold it: readable, the same on every system.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Writes an object.</summary>
    public static string Of(JsonNode content) => content.ToJsonString(Layout) + "\n";

    /// <summary>Makes a node of a value, with names in camelCase.</summary>
    public static JsonNode Node<T>(T value) => JsonSerializer.SerializeToNode(value, Layout)!;
}
