using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace MLNet.ConvRec.Tool;

/// <summary>Options that are numbers.</summary>
internal static class NumberOption
{
    /// <summary>Reads a number; one that can't be read is told in a sentence that names the option.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="kind">What to write, with an example.</param>
    public static T Read<T>(ArgumentResult written, string kind)
        where T : struct, INumber<T>
    {
        var text = written.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        written.AddError($"{((OptionResult)written.Parent!).Option.Name} must be {kind}, not {text}.");
        return default;
    }
}
