using System.CommandLine;

namespace MLNet.ConvRec.Tool;

/// <summary>Options that name files.</summary>
internal static class FileOption
{
    private const string Help = "FILE";

    public static Option<string> Required(string name, string description, string helpName = Help) =>
        new(name) { Description = description, HelpName = helpName, Required = true };

    public static Option<string?> Optional(string name, string description) => new(name) { Description = description, HelpName = Help };

    /// <summary>One or more files, behind one name or behind several.</summary>
    public static Option<string[]> Several(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE...", Required = true, AllowMultipleArgumentsPerToken = true };
}
