using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The names, on the command line, of recipes.</summary>
internal static class RecipeName
{
    private const string World = "world", Real = "real", Paper = "paper";

    /// <summary>What can be written.</summary>
    public const string All = $"{World}|{Real}|{Paper}";

    /// <summary>Throws unless the name is known.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string? Parse(string written) => written switch
    {
        "" => null,
        World or Real or Paper => written,
        _ => throw new ArgumentException($"--recipe {written} is unknown; choose {World}, {Real} or {Paper}."),
    };

    /// <summary>Returns the recipe; without a name that which suits the catalog's size.</summary>
    public static TrainingRecipe Of(string? name, int itemCount) => name switch
    {
        World => TrainingRecipe.World,
        Real => TrainingRecipe.Real,
        Paper => TrainingRecipe.Paper,
        _ => TrainingRecipe.For(itemCount),
    };
}
