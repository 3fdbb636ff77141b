using System.Globalization;
using System.Text.Json;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>The chat template of a published checkpoint, and what transformers.js makes of conversations with it.</summary>
internal sealed record PublishedTemplate(string Name, string Template, string[] Texts)
{
    /// <summary>Renders conversations by the published templates, and by further ones, which come last.</summary>
    public static PublishedTemplate[] Render(IEnumerable<Conversation> conversations, params string[] others)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["conversations"], JsonSerializer.Serialize(
            new
            {
                Conversations = conversations.Select(conversation => new
                {
                    conversation.Messages,
                    Date = conversation.Prompt.Today.ToString("dd MMM yyyy", CultureInfo.InvariantCulture),
                }),
                Own = others.Select(template => new { Name = "own", Template = template }),
            },
            JsonSerializerOptions.Web));
        Npm.Tokenizers.Run("render.mjs", Npm.Tokenizers.Folder, folder["conversations"], folder["texts"]);
        return JsonSerializer.Deserialize<PublishedTemplate[]>(File.ReadAllText(folder["texts"]), JsonSerializerOptions.Web)!;
    }
}
