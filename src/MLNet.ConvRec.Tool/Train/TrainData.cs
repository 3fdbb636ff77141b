using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What a run trains on.</summary>
/// <param name="Catalog">The items.</param>
/// <param name="Train">The dialogues to train on, at least one.</param>
/// <param name="Valid">Dialogues with ground truth by which reinforcement keeps its best weights; empty for none.</param>
internal sealed record TrainData(ItemCatalog Catalog, IReadOnlyList<Dialogue> Train, IReadOnlyList<Dialogue> Valid)
{
    /// <summary>Reads the files, every line of them, so that no mistake in them shows up after an hour of training.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A line can't be read, or a file has no usable one; the sentence names the file.</exception>
    public static TrainData Load(TrainOptions options)
    {
        var catalog = ItemCatalog.Load(options.Catalog);
        Dialogue[] train = NotEmpty(options.Train, [.. DialogueFile.Read(options.Train)], "no dialogue");
        Dialogue[] valid = options.Valid is { } path ? NotEmpty(path, [.. DialogueFile.Read(path).Where(HasTruth)], "no dialogue with ground truth") : [];
        return new TrainData(catalog, train, Spread(valid, options.RecipeFor(catalog.Count).ValidationCount));
    }

    private static bool HasTruth(Dialogue dialogue) => dialogue.GroundTruth.Count > 0;

    private static Dialogue[] NotEmpty(string path, Dialogue[] dialogues, string missing) =>
        dialogues.Length > 0 ? dialogues : throw new InvalidDataException($"{path}: there is {missing}; give at least one.");

    // A look at the validation set writes a list for each of its dialogues; with all of a large set it would take longer than the steps between two looks.
    private static Dialogue[] Spread(Dialogue[] dialogues, int most) => dialogues.Length <= most
        ? dialogues
        : [.. Enumerable.Range(0, most).Select(place => dialogues[(int)((long)place * dialogues.Length / most)])];
}
