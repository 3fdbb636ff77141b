using System.Text.Json.Nodes;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export.Folder;

/// <summary>Writes <c>convrec.json</c>: all that a host in any language needs to write a dialogue as <c>input_ids</c>.</summary>
internal static class HostFile
{
    public const string Name = "convrec.json";

    private const int Format = 1;

    /// <summary>Returns the file's text.</summary>
    public static string Write(PolicyModel policy, ItemCatalog catalog, GraphForm form)
    {
        var (prompt, options) = (policy.Prompt, policy.Prompt.Options);
        return JsonText.Of(new JsonObject
        {
            ["format"] = Format,
            ["version"] = GraphMetadata.Version,
            ["listLength"] = options.ListLength,
            ["itemCount"] = catalog.Count,
            ["maxPromptTokens"] = options.MaxPromptTokens,
            ["decoding"] = GraphMetadata.NameOf(form.Decoding),
            ["precision"] = form.Precision.Name,
            ["catalogSha256"] = form.CatalogHash,
            ["policySha256"] = form.PolicyHash,
            ["ask"] = prompt.Ask,
            ["tokens"] = Tokens(prompt),
            ["prompt"] = JsonText.Node(options),
        });
    }

    private static JsonObject Tokens(ChatPrompt prompt) => new()
    {
        ["opening"] = JsonText.Node(prompt.Opening),
        ["messages"] = new JsonObject
        {
            ["user"] = JsonText.Node(prompt.LayoutOf("user")),
            ["assistant"] = JsonText.Node(prompt.LayoutOf("assistant")),
        },
        ["answerStart"] = JsonText.Node(prompt.AnswerStart),
        ["newLine"] = prompt.NewLineToken,
        ["endOfTurn"] = prompt.Tokenizer.EndOfTurn,
        ["padding"] = 0, // masked: any token would do
    };
}
