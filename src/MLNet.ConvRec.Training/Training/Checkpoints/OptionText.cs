using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>Options as text, by reflection, so that no option that is added later is forgotten.</summary>
internal static class OptionText
{
    // What does not belong to a run's identity: whom it tells and who stops it, and how much time it has, which may be raised for the rest of a run.
    private static readonly HashSet<Type> Outside = [typeof(CancellationToken), typeof(IProgress<TrainingProgress>), typeof(IDataView), typeof(CheckpointOptions), typeof(TimeSpan?)];

    // Likewise, by name: what is shown, and how the trained policy is used, changes nothing that is trained.
    private static readonly HashSet<string> Shown = [nameof(RankGrpoOptions.CompletionsInterval), nameof(RankGrpoOptions.Decoding)];

    // Options that came after the first checkpoints, with what was done before there were any: told where they are something else, so that an older run goes on.
    private static readonly HashSet<(string Name, string Value)> Unused =
        [(nameof(SftOptions.Imitation), nameof(ImitationTarget.List)), (nameof(SftOptions.ImitationTemperature), "1")];

    /// <summary>Returns each option that shapes a run, by name.</summary>
    public static IEnumerable<(string Name, string Value)> Of(object options) => Properties(options.GetType())
        .Where(property => property.SetMethod is not null && !Outside.Contains(property.PropertyType) && !Shown.Contains(property.Name))
        .Select(property => (property.Name, Value: Text(property.GetValue(options))))
        .Where(option => !Unused.Contains(option));

    private static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        Delegate function => function.Method.Name,
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Text(tuple[i])))})",
        IEnumerable several => $"[{string.Join(", ", several.Cast<object?>().Select(Text))}]",
        _ => $"{value.GetType().Name}({string.Join(", ", Properties(value.GetType()).Select(property => $"{property.Name} {Text(property.GetValue(value))}"))})",
    };

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.GetIndexParameters().Length == 0).OrderBy(property => property.Name, StringComparer.Ordinal);
}
