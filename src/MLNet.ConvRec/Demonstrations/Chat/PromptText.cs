using System.Text;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>Puts values into a text that has names in braces.</summary>
internal static class PromptText
{
    /// <summary>Replaces each name by its value, in one pass: a name that stands in a value, as in a title, stays as it is.</summary>
    public static string Fill(string template, IReadOnlyList<(string Name, string Value)> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length;)
        {
            var (name, value) = values.FirstOrDefault(candidate => template.AsSpan(i).StartsWith(candidate.Name));
            text.Append(name is null ? template[i].ToString() : value);
            i += name?.Length ?? 1;
        }

        return text.ToString();
    }
}
