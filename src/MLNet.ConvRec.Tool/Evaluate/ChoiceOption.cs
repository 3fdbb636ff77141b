using System.CommandLine;

namespace MLNet.ConvRec.Tool.Evaluate;

/// <summary>Options that take one of a few names.</summary>
internal static class ChoiceOption
{
    /// <summary>Makes one; the first name is the default.</summary>
    public static Option<T> Of<T>(string name, string description, params (string Name, T Value)[] choices) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', choices.Select(choice => choice.Name)),
        DefaultValueFactory = _ => choices[0].Value,
        CustomParser = written =>
        {
            var index = Array.FindIndex(choices, choice => choice.Name == written.Tokens[0].Value);
            if (index >= 0)
                return choices[index].Value;
            written.AddError($"{name} must be {string.Join(" or ", choices.Select(choice => choice.Name))}, not {written.Tokens[0].Value}.");
            return choices[0].Value;
        },
    };
}
