using System.CommandLine;
using System.Runtime.CompilerServices;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tool;

/// <summary>The option of every command that trains: which libtorch does.</summary>
internal static class LibtorchOption
{
    private const string Name = "--libtorch";
    private const string Training = "train";

    /// <summary>Makes the option; it may stand before the command's name or behind it.</summary>
    public static Option<string?> Create() => new(Name)
    {
        Description = $"For {Training}: the folder of the libtorch to use, such as torch/lib of a PyTorch wheel with CUDA; also {TorchLibrary.Variable}. Default: the one beside the program.",
        HelpName = "FOLDER",
        Recursive = true,
    };

    /// <summary>Does what the option says, if it is given.</summary>
    /// <exception cref="ArgumentException">The command doesn't train.</exception>
    public static void Apply(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0 || parsed.GetValue<string?>(Name) is not { } folder)
            return;
        if (parsed.CommandResult.Command.Name != Training)
            throw new ArgumentException($"{Name} is for convrec {Training}, and convrec {parsed.CommandResult.Command.Name} uses no libtorch; leave it out.");
        Use(folder);
    }

    // Kept apart: a program that only scores may lack the assembly.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(string folder) => TorchLibrary.Use(folder);
}
