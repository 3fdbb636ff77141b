using System.Globalization;

namespace MLNet.ConvRec.Training;

/// <summary>Says in one sentence which option is out of which range.</summary>
internal static class OptionCheck
{
    public static void AtLeast(double value, double least, string options, string name) =>
        Require(value >= least && double.IsFinite(value), value, options, name, string.Create(CultureInfo.InvariantCulture, $"it must be at least {least}"));

    public static void Positive(double value, string options, string name) =>
        Require(value > 0 && double.IsFinite(value), value, options, name, "it must be positive");

    public static void Between(double value, double least, double most, string options, string name) =>
        Require(value >= least && value <= most, value, options, name, string.Create(CultureInfo.InvariantCulture, $"it must be between {least} and {most}"));

    public static void Known<T>(T value, string options, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentException($"{options}.{name} is {value}; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    private static void Require(bool holds, double value, string options, string name, string range)
    {
        if (!holds)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{options}.{name} is {value}; {range}."));
    }
}
