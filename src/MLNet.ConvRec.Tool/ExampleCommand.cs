using System.CommandLine;

namespace MLNet.ConvRec.Tool;

/// <summary>A command whose help ends with an example that runs in a clone of the repository.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">What it does.</param>
/// <param name="example">The example's options, behind the name.</param>
internal sealed class ExampleCommand(string name, string description, string example) : Command(name, description)
{
    /// <summary>The example as it is typed.</summary>
    public string Example { get; } = $"dotnet run --project src/MLNet.ConvRec.Tool -c Release -- {name} {example}";
}
