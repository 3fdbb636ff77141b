using System.CommandLine;

namespace MLNet.ConvRec.Tool;

/// <summary>A command whose help ends with examples that run in a clone of the repository.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Each example's options, behind the name.</param>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>The examples as they are typed.</summary>
    public IReadOnlyList<string> Examples { get; } = [.. examples.Select(example => $"dotnet run --project src/MLNet.ConvRec.Tool -c Release -- {name} {example}")];
}
